/** A character's card: its slot with all that goes on in it, its name, and what can be done next. */

import { stopwatch } from "../shell/clock.js";
import { button, h, say, setOff, svg } from "../shell/dom.js";
import { Frame } from "./frame.js";
import { explanation, remaining, statusLine, thingName } from "./words.js";

/**
 * @import { Kind, Task } from "../client/types.js"
 * @typedef {import("./slot.js").Slot} Slot
 * @typedef {import("../shows/store.js").Character} Character
 *
 * @typedef {object} Actions
 * @property {(character: Character, kind: Kind) => void} make
 * @property {(task: Task) => void} cancel
 * @property {(character: Character, task: Task) => void} retry
 * @property {(character: Character, task: Task) => void} edit
 * @property {(task: Task) => void} dismiss
 * @property {(character: Character) => void} direct
 * @property {(character: Character) => void} enlarge
 * @property {(character: Character, kind: Kind) => void} gone
 */

const DIRECT = "M4 6h9M19 6h1M16 3v6M4 12h2M12 12h8M9 9v6M4 18h9M19 18h1M16 15v6";
const ENLARGE = "M9 3H3v6M15 3h6v6M9 21H3v-6M15 21h6v-6";

/** `element` is the card, to be put on the page; `update` shows how things stand. */
export class Card {
  #frame;
  #parts;
  /** @type {Slot} */
  #slot = { state: "empty", task: null, outputs: {} };
  #gone = "";

  /** @param {Character} character @param {Actions} actions */
  constructor(character, actions) {
    const { name, document } = (this.character = character);
    this.#frame = new Frame(name, (kind) => {
      this.#gone = `The file of the ${thingName(kind)} is no longer kept. Make it again.`;
      actions.gone(this.character, kind);
    });
    this.#parts = this.#build(actions);
    const { veil, enlarge, portrait, clip, direct } = this.#parts;
    const id = `name-${character.id}`;
    this.#frame.element.append(enlarge, veil);
    this.element = h(
      "li",
      { class: "card", "aria-labelledby": id, style: colours(document) },
      this.#frame.element,
      h("h2", { id }, name),
      h("p", { class: "role" }, text(document.metadata?.role)),
      h("p", { class: "line" }, text(document.look?.wardrobe?.summary)),
      h("div", { class: "row" }, clip, portrait, direct),
    );
    this.#render();
  }

  /** @param {Slot} slot */
  update(slot) {
    const before = this.#slot;
    this.#slot = slot;
    if (slot.state === "waiting" || slot.state === "rendering") this.#gone = "";
    if (same(before, slot)) return;
    const had = this.element.contains(document.activeElement);
    this.#frame.render(slot.outputs, before.task !== null);
    this.#render();
    if (had) this.#keepFocus();
  }

  get slot() {
    return this.#slot;
  }

  /** Show the time that has passed; to be called every second. */
  tick() {
    const { task, state } = this.#slot;
    const runs = task && (state === "waiting" || state === "rendering");
    say(this.#parts.time, runs ? [stopwatch(Date.now() - task.since), remaining(task.job)].filter(Boolean).join(" · ") : "");
  }

  mend() {
    this.#frame.mend();
  }

  focus() {
    this.#parts.enlarge.focus();
  }

  leave() {
    this.#frame.leave();
    this.element.remove();
  }

  /** @param {Actions} actions */
  #build({ make, cancel, retry, edit, dismiss, direct, enlarge }) {
    const who = () => this.character;
    const task = () => /** @type {Task} */ (this.#slot.task);
    const { name } = who();
    const parts = {
      status: h("p", { class: "status" }),
      time: h("span", { class: "time" }),
      percent: h("span", { class: "percent", "aria-hidden": "true" }),
      progress: h("progress", { max: 100 }),
      detail: h("p", { class: "detail" }),
      generate: button("Generate", () => make(who(), "portrait"), { class: "primary", name: `Generate: portrait of ${name}` }),
      retry: button("Retry", () => retry(who(), task()), { class: "primary" }),
      edit: button("Edit", () => edit(who(), task())),
      dismiss: button("Dismiss", () => dismiss(task()), { class: "bare" }),
      cancel: button("Cancel", () => cancel(task())),
      clip: button("Animate", () => make(who(), "video"), { name: `Animate: ${name}` }),
      portrait: button("New portrait", () => make(who(), "portrait"), { class: "bare", name: `New portrait: ${name}` }),
      direct: button(icon(DIRECT), () => direct(who()), { class: "bare direct", name: `Direct it: ${name}`, title: "Prompt, model, scene" }),
      enlarge: button(icon(ENLARGE), () => enlarge(who()), { class: "enlarge", name: `View large: ${name}` }),
    };
    parts.direct.append(h("span", {}, "Direct it"));
    const line = h("div", { class: "said" }, h("div", {}, parts.status, parts.time), parts.percent);
    const buttons = h("div", { class: "row" }, parts.generate, parts.retry, parts.edit, parts.cancel, parts.dismiss);
    return { ...parts, veil: h("div", { class: "veil" }, line, parts.progress, parts.detail, buttons) };
  }

  #render() {
    const { state, task, outputs } = this.#slot;
    const { status, detail } = this.#parts;
    this.element.dataset.state = state;
    this.element.dataset.has = outputs.video ? "clip" : outputs.portrait ? "portrait" : "";
    say(status, task ? statusLine(task) : "");
    say(detail, (task ? explanation(task) : "") || this.#gone);
    this.#renderProgress();
    this.#renderButtons();
    this.tick();
  }

  #renderProgress() {
    const { state, task } = this.#slot;
    const { progress, percent } = this.#parts;
    const known = state === "rendering" || state === "arriving" ? (task?.job?.progress ?? null) : null;
    progress.hidden = state !== "waiting" && state !== "rendering";
    if (known === null) progress.removeAttribute("value");
    else progress.value = known;
    if (task) progress.ariaLabel = `Progress of the ${thingName(task.kind)} of ${this.character.name}`;
    say(percent, known === null || progress.hidden ? "" : `${known} %`);
    this.#frame.light(state === "arriving" ? 1 : progress.hidden ? 0 : known === null ? null : known / 100);
  }

  #renderButtons() {
    const { state, task, outputs } = this.#slot;
    const { generate, retry, edit, cancel, dismiss, clip, portrait, enlarge, veil } = this.#parts;
    const runs = state === "waiting" || state === "rendering";
    const failed = state === "failed";
    generate.hidden = state !== "empty" && state !== "canceled";
    for (const one of [retry, edit]) one.hidden = !failed;
    dismiss.hidden = !failed || !(outputs.portrait || outputs.video);
    cancel.hidden = !runs;
    setOff(cancel, Boolean(task?.canceling || task?.job?.stage === "canceling"));
    clip.hidden = !outputs.portrait;
    say(clip, outputs.video ? "New clip" : "Animate");
    clip.classList.toggle("bare", Boolean(outputs.video));
    portrait.hidden = !outputs.portrait;
    for (const one of [clip, portrait]) setOff(one, runs || state === "arriving");
    enlarge.hidden = !(outputs.portrait || outputs.video);
    veil.hidden = state === "done";
    clip.ariaLabel = `${clip.textContent}: ${this.character.name}`;
    if (task) this.#name(task.kind);
  }

  /** @param {Kind} kind what the slot speaks of */
  #name(kind) {
    const { retry, edit, cancel, dismiss } = this.#parts;
    const thing = `${thingName(kind)} of ${this.character.name}`;
    for (const one of [retry, cancel, dismiss]) one.ariaLabel = `${one.textContent}: ${thing}`;
    edit.title = `Edit the ${kind === "portrait" ? "prompt" : "scene"} and retry`;
    edit.ariaLabel = `${edit.title}: ${thing}`;
  }

  /** The button that had the focus may be gone: its place is taken by what can be done now. */
  #keepFocus() {
    const at = /** @type {HTMLElement} */ (document.activeElement);
    if (at !== document.body && at.checkVisibility?.() !== false) return;
    const { generate, retry, cancel, enlarge, direct } = this.#parts;
    [cancel, retry, generate, enlarge, direct].find((one) => !one.hidden)?.focus({ preventScroll: true });
  }
}

/** @param {Slot} one @param {Slot} other */
function same(one, other) {
  const urls = (/** @type {Slot} */ { outputs }) => `${outputs.portrait?.url} ${outputs.video?.url}`;
  return one.state === other.state && one.task === other.task && urls(one) === urls(other);
}

/** The light in which this character stands, of its own colours. @param {Record<string, any>} document */
function colours({ look }) {
  const signature = [look?.signature_colors].flat().filter((colour) => /^#[0-9a-f]{6}$/i.test(colour ?? ""));
  return Object.fromEntries(signature.slice(0, 2).map((colour, i) => [`--own-${i + 1}`, colour]));
}

/** @param {unknown} value */
function text(value) {
  return typeof value === "string" ? value : "";
}

/** @param {string} path */
function icon(path) {
  return svg("svg", { class: "icon", viewBox: "0 0 24 24", "aria-hidden": "true" }, svg("path", { d: path }));
}
