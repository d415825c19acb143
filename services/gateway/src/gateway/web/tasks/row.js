/** One task in the panel. */

import { isActive } from "../client/index.js";
import { stopwatch } from "../shell/clock.js";
import { button, h, say, setOff } from "../shell/dom.js";
import { ago, nameOf, reasonOf, statusOf } from "./words.js";

/** @import { Task } from "../client/types.js" */

/** @typedef {Record<"cancel" | "retry" | "clear", (slot: string) => void>} Actions what the buttons do with a slot */

/** A row keeps its element while its task changes, so that whoever is at one of its buttons stays there. */
export class Row {
  #task;
  #status = h("span", { class: "task-status" });
  #elapsed = h("span", { class: "task-elapsed" });
  #reason = h("p", { class: "task-reason" });
  #progress;
  #cancel;
  #retry;
  #clear;

  /** @param {Task} task @param {Actions} actions */
  constructor(task, actions) {
    this.#task = task;
    const name = nameOf(task);
    const act = (/** @type {string} */ label, /** @type {(slot: string) => void} */ action) =>
      button(label, () => action(task.slot), { name: `${label} ${name}`, class: "small" });
    this.#cancel = act("Cancel", actions.cancel);
    this.#retry = act("Retry", actions.retry);
    this.#clear = act("Clear", actions.clear);
    this.#progress = h("progress", { max: 100, ariaLabel: `Progress of ${name}` });
    this.element = h(
      "li",
      { class: "task" },
      h("p", { class: "task-name" }, name),
      h("p", { class: "task-line" }, this.#status, this.#elapsed),
      h("div", { class: "task-actions" }, this.#cancel, this.#retry, this.#clear),
      this.#progress,
      this.#reason,
    );
    this.show(task);
  }

  /** @param {Task} task of the same slot */
  show(task) {
    const hadFocus = this.element.contains(document.activeElement);
    const active = isActive(task);
    this.#task = task;
    this.element.dataset.phase = task.phase;
    say(this.#reason, reasonOf(task));
    this.#showProgress(active, task.job?.progress ?? null);
    setOff(this.#cancel, task.canceling || task.job?.stage === "canceling");
    this.#cancel.hidden = !active;
    this.#retry.hidden = task.phase !== "failed" && task.phase !== "canceled";
    this.#clear.hidden = active;
    if (hadFocus) this.focus();
    this.tick();
  }

  /** Put the focus on a button, unless it is on one that is still there. */
  focus() {
    const there = [this.#cancel, this.#retry, this.#clear].filter(({ hidden }) => !hidden);
    if (!there.some((each) => each === document.activeElement)) there[0].focus();
  }

  /** Show the time that has passed. */
  tick(now = Date.now()) {
    const { since, endedAt } = this.#task;
    say(this.#elapsed, endedAt === null ? stopwatch(now - since) : ago(now - endedAt));
  }

  /** @param {boolean} active @param {number | null} progress */
  #showProgress(active, progress) {
    const known = active && progress !== null;
    say(this.#status, known ? `${statusOf(this.#task)} · ${Math.round(progress)} %` : statusOf(this.#task));
    this.#progress.hidden = !active;
    if (known) this.#progress.value = progress;
    else this.#progress.removeAttribute("value");
  }
}
