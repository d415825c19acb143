/** The panel: every task of this browser, show by show, and what can be done about it. */

import { isActive } from "../client/index.js";
import { arrange, button, h, say, setOff } from "../shell/dom.js";
import { Row } from "./row.js";
import { summaryOf } from "./words.js";

/** @import { Task } from "../client/types.js" */
/** @import { App } from "../shell/app.js" */

const TICK_MS = 1_000;

/** What is under way comes first, then what needs somebody. */
const ORDER = { sending: 0, active: 0, failed: 1, canceled: 2, succeeded: 2, cleared: 2 };

/** A non-modal popover: `element` is to be put on the page and opened by a button's `popoverTargetElement`. */
export class Panel {
  #app;
  /** @type {Map<string, Row>} by slot */
  #rows = new Map();
  /** @type {Map<string, Group>} by show */
  #groups = new Map();
  #parts;
  #timer = 0;
  #isDue = false;

  /** @param {App} app */
  constructor(app) {
    this.#app = app;
    this.#parts = parts({
      close: () => this.element.hidePopover(),
      retryAll: () => this.#retryAll(),
      clearAll: () => app.greenroom.clearEnded(),
    });
    const { heading, close, summary, trouble, retryAll, clearAll, list, nothing } = this.#parts;
    this.element = h(
      "section",
      { id: "tasks-panel", class: "tasks-panel", popover: "auto", role: "dialog", "aria-labelledby": heading.id },
      h("div", { class: "tasks-head" }, heading, close, summary),
      h("div", { class: "row" }, retryAll, clearAll),
      trouble,
      list,
      nothing,
    );
    // Before and not after: the focus goes into the panel as it opens.
    this.element.addEventListener("beforetoggle", (event) => {
      if (/** @type {ToggleEvent} */ (event).newState === "open") this.#open();
      else clearInterval(this.#timer);
    });
    app.greenroom.addEventListener("task", () => this.#changed());
  }

  get isOpen() {
    return this.element.matches(":popover-open");
  }

  #open() {
    say(this.#parts.trouble, "");
    this.#render();
    clearInterval(this.#timer);
    this.#timer = setInterval(() => this.#rows.forEach((row) => row.tick()), TICK_MS);
  }

  /** Many tasks may change at once: they are shown together. */
  #changed() {
    if (this.#isDue || !this.isOpen) return;
    this.#isDue = true;
    requestAnimationFrame(() => {
      this.#isDue = false;
      if (this.isOpen) this.#render();
    });
  }

  #render() {
    const { tasks } = this.#app.greenroom;
    const { summary, retryAll, clearAll, list, nothing, heading } = this.#parts;
    const failed = tasks.filter(({ phase }) => phase === "failed").length;
    say(summary, tasks.length ? summaryOf(tasks) : "");
    say(retryAll, failed ? `Retry all failed (${failed})` : "Retry all failed");
    setOff(retryAll, !failed);
    setOff(clearAll, tasks.every(isActive));
    list.hidden = !tasks.length;
    nothing.hidden = Boolean(tasks.length);
    const focused = /** @type {HTMLElement | null} */ (document.activeElement);
    const next = this.#neighbour(tasks);
    arrange(list, this.#grouped(tasks));
    if (next !== undefined) (this.#rows.get(next) ?? heading).focus();
    else if (focused !== document.activeElement) focused?.focus({ preventScroll: true }); // its row has moved
  }

  /**
   * Whose row is to have the focus when the one that has it goes; undefined when it stays.
   *
   * @param {readonly Task[]} tasks
   */
  #neighbour(tasks) {
    const slots = [...this.#rows.keys()];
    const at = slots.findIndex((slot) => this.#rows.get(slot)?.element.contains(document.activeElement));
    const kept = new Set(tasks.map(({ slot }) => slot));
    if (at < 0 || kept.has(slots[at])) return undefined;
    return [...slots.slice(at), ...slots.slice(0, at).reverse()].find((slot) => kept.has(slot)) ?? "";
  }

  /** @param {readonly Task[]} tasks newest first */
  #grouped(tasks) {
    const rows = new Map();
    /** @type {Map<string, Task[]>} */
    const shows = new Map();
    for (const task of tasks) shows.set(task.showId, [...(shows.get(task.showId) ?? []), task]);
    const groups = [...shows].map(([showId, own]) => {
      own.sort((one, other) => ORDER[one.phase] - ORDER[other.phase]);
      for (const task of own) rows.set(task.slot, this.#row(task));
      return this.#group(showId, own, rows);
    });
    this.#rows = rows;
    this.#groups = new Map(groups.map((group) => [group.showId, group]));
    return groups.map(({ element }) => element);
  }

  /** @param {Task} task */
  #row(task) {
    const known = this.#rows.get(task.slot);
    known?.show(task);
    return known ?? new Row(task, this.#actions);
  }

  /** @param {string} showId @param {Task[]} tasks @param {Map<string, Row>} rows */
  #group(showId, tasks, rows) {
    const group = this.#groups.get(showId) ?? new Group(showId, () => this.element.hidePopover());
    group.show(tasks, tasks.map(({ slot }) => rows.get(slot)?.element));
    return group;
  }

  /** @type {import("./row.js").Actions} */
  #actions = {
    cancel: (slot) => this.#try(() => this.#app.greenroom.cancel(slot)),
    retry: (slot) => this.#try(() => this.#app.greenroom.retry(slot)),
    clear: (slot) => this.#app.greenroom.clear(slot),
  };

  /** Those that are listed here, and no others that the server may know of. */
  #retryAll() {
    const { greenroom, announce } = this.#app;
    return this.#try(() => {
      const failed = greenroom.tasks.filter(({ phase }) => phase === "failed");
      for (const { slot } of failed) greenroom.retry(slot);
      announce(failed.length === 1 ? "1 job is made again." : `${failed.length} jobs are made again.`);
    });
  }

  /** @param {() => unknown} action */
  async #try(action) {
    const { trouble } = this.#parts;
    say(trouble, "");
    try {
      await action();
    } catch (error) {
      say(trouble, error instanceof Error ? error.message : String(error));
      this.#app.announce(trouble.textContent ?? "", { assertive: true });
    }
  }
}

/** One show's tasks. */
class Group {
  #title;
  #summary = h("span", { class: "hint" });
  #list = h("ul", { role: "list" });

  /** @param {string} showId @param {() => void} leave is called when somebody goes to the show */
  constructor(showId, leave) {
    this.showId = showId;
    this.#title = h("a", { href: `#/shows/${encodeURIComponent(showId)}`, onclick: leave });
    this.element = h("section", {}, h("h3", {}, this.#title, " ", this.#summary), this.#list);
  }

  /** @param {Task[]} tasks @param {Iterable<any>} rows */
  show(tasks, rows) {
    say(this.#title, tasks[0].showTitle);
    this.element.ariaLabel = tasks[0].showTitle;
    say(this.#summary, summaryOf(tasks));
    arrange(this.#list, rows);
  }
}

/** @param {Record<"close" | "retryAll" | "clearAll", () => void>} actions */
function parts({ close, retryAll, clearAll }) {
  return {
    heading: h("h2", { id: "tasks-heading", tabindex: -1, autofocus: true }, "Background tasks"),
    summary: h("p", { class: "hint" }),
    close: button("✕", close, { name: "Close the background tasks", class: "bare" }),
    retryAll: button("Retry all failed", retryAll, { class: "small" }),
    clearAll: button("Clear finished", clearAll, { class: "small" }),
    trouble: h("p", { class: "wrong" }),
    list: h("div", { class: "tasks-groups" }),
    nothing: h("p", { class: "tasks-nothing" }, NOTHING),
  };
}

const NOTHING = "Nothing is being made. What you start shows up here on every page, and goes on without the tab.";
