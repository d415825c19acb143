/** One kind's part of the queue: the line, the desks, the tray, and the tokens that travel over them. */

import { h, say } from "../shell/dom.js";
import { Tokens } from "./tokens.js";
import { Desks } from "./workers.js";
import { KINDS, duration, grouped } from "./words.js";

/** @import { Kind, QueueOfKind } from "../client/types.js" */
/** @import { Line } from "./crowd.js" */
/** @import { Zone, Zones } from "./places.js" */

/**
 * @typedef {object} Scene  What a board shows.
 * @property {QueueOfKind} report
 * @property {Line} line
 * @property {{queued: number, running: number}} counts
 * @property {(job: import("../client/types.js").Job) => boolean} isMine
 */

const LEGEND = "Each token is a job; those with a rim of light are yours.";
const NOTHING = "Nothing waits, and nothing is being made.";

/** Draws a scene, and draws it anew when its size changes. */
export class Board {
  #why = h("p", { class: "queue-why", hidden: true });
  #zones;
  #desks = new Desks();
  #fold = h("p", { class: "fold", hidden: true });
  #caption = h("p", { class: "queue-caption" }, LEGEND);
  #room;
  #tokens;
  /** @type {Zones | null} */
  #places = null;
  /** @type {Scene | null} */
  #scene = null;
  /** @type {string | null} what the caption says of the token that somebody points at */
  #about = null;
  #resizes = new ResizeObserver(() => this.#measure());

  /** @param {Kind} kind @param {(path: string) => void} go */
  constructor(kind, go) {
    const { title } = KINDS[kind];
    this.#zones = { waiting: zone("waiting"), running: zone("being made", this.#desks.element), ended: zone("ended") };
    this.#zones.waiting.floor.append(this.#fold);
    this.#tokens = new Tokens(title, go, (about) => this.#tell(about));
    const zones = Object.entries(this.#zones).map(([name, { element }]) => {
      element.classList.add(name);
      return element;
    });
    this.#room = h("div", { class: "queue-room" }, ...zones, this.#tokens.element);
    this.element = h(
      "section",
      { class: "queue-board", "aria-labelledby": `queue-${kind}`, "data-kind": kind },
      h("h2", { id: `queue-${kind}` }, title),
      this.#why,
      this.#room,
      this.#caption,
    );
    this.#resizes.observe(this.#room);
  }

  /** @param {Scene} scene */
  show(scene) {
    this.#scene = scene;
    this.#draw(scene);
  }

  leave() {
    this.#resizes.disconnect();
  }

  /** @param {Scene} scene */
  #draw({ report, line, counts, isMine }) {
    this.element.dataset.state = report.state;
    this.#why.hidden = !report.stateDetail;
    say(this.#why, report.stateDetail ?? "");
    const { waiting, running, ended } = this.#zones;
    head(waiting, counts.queued, known(", the oldest for ", report.oldestWaitSeconds));
    head(running, counts.running, known(", usually ", report.medianRunSeconds));
    head(ended, report.endedLastMinute, " in the last minute");
    this.#desks.show(report.workers);
    if (!this.#places) return;
    const folded = counts.queued - this.#tokens.show(line, this.#places, isMine);
    this.#fold.hidden = folded <= 0;
    say(this.#fold, `+ ${grouped(folded)} more`);
    this.#explain();
  }

  /** @param {string | null} about the token that somebody points at */
  #tell(about) {
    this.#about = about;
    this.#explain();
  }

  #explain() {
    const { queued, running } = this.#scene?.counts ?? { queued: 0, running: 0 };
    say(this.#caption, this.#about ?? (queued + running ? LEGEND : NOTHING));
  }

  #measure() {
    const origin = this.#room.getBoundingClientRect();
    const within = (/** @type {{floor: Element}} */ { floor }) => rectangle(floor.getBoundingClientRect(), origin);
    const { waiting, running, ended } = this.#zones;
    this.#places = { waiting: within(waiting), running: within(running), ended: within(ended) };
    this.#tokens.jump(); // a window that is resized is no travel
    if (this.#scene) this.#draw(this.#scene);
  }
}

/** @typedef {{element: HTMLElement, floor: Element, number: Element, note: Element}} Part */

/** @param {string} label @param {...Element} behind @returns {Part} */
function zone(label, ...behind) {
  const [number, note] = [h("strong", {}, "–"), h("span")];
  const floor = h("div", { class: "floor" }, ...behind);
  const head = h("p", { class: "zone-head" }, number, ` ${label}`, note);
  return { element: h("div", { class: "zone" }, head, floor), floor, number, note };
}

/** @param {Part} part @param {number} number @param {string} note */
function head(part, number, note) {
  say(part.number, grouped(number));
  say(part.note, note);
}

/** @param {string} words @param {number | null} seconds */
function known(words, seconds) {
  return seconds === null ? "" : words + duration(seconds);
}

/** @param {DOMRect} rect @param {DOMRect} origin @returns {Zone} */
function rectangle({ x, y, width, height }, origin) {
  return { x: x - origin.x, y: y - origin.y, width, height };
}
