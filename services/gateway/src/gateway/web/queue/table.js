/** The same in words: a table of counts and who comes first, for those who do not see tokens. */

import { h, renew } from "../shell/dom.js";
import { KINDS, describe, duration, grouped } from "./words.js";

/** @import { Kind } from "../client/types.js" */
/** @import { Scene } from "./board.js" */

/** Jobs that each list names. */
const FIRST = 10;

/** @type {Record<string, (scene: Scene) => string>} */
const ROWS = {
  Waiting: ({ counts }) => grouped(counts.queued),
  "Oldest wait": ({ report }) => duration(report.oldestWaitSeconds),
  "Being made": ({ counts }) => grouped(counts.running),
  "Usual time": ({ report }) => duration(report.medianRunSeconds),
  "Ended in the last minute": ({ report }) => grouped(report.endedLastMinute),
  Workers: ({ report }) => grouped(report.workers.length),
  "Room for": ({ report }) => grouped(report.workers.reduce((sum, { capacity }) => sum + capacity, 0)),
};

/** Written only while it is open. */
export class Table {
  #content = h("div", { class: "queue-table" });
  /** @type {() => Record<Kind, Scene> | null} */
  #scenes;

  /** @param {() => Record<Kind, Scene> | null} scenes */
  constructor(scenes) {
    this.#scenes = scenes;
    const summary = h("summary", {}, "The queue in words");
    this.element = h("details", { class: "queue-words", ontoggle: () => this.show() }, summary, this.#content);
  }

  show() {
    const scenes = this.#scenes();
    if (!this.element.open || !scenes) return;
    const kinds = /** @type {[Kind, Scene][]} */ (Object.entries(scenes));
    // In place: somebody may be reading it, word by word, with a cursor of their own.
    renew(this.#content, h("div", {}, table(kinds), ...kinds.flatMap(lists)));
  }
}

/** @param {[Kind, Scene][]} kinds */
function table(kinds) {
  const head = h("tr", {}, h("td"), ...kinds.map(([kind]) => h("th", { scope: "col" }, KINDS[kind].title)));
  const rows = Object.entries(ROWS).map(([name, told]) =>
    h("tr", {}, h("th", { scope: "row" }, name), ...kinds.map(([, scene]) => h("td", {}, told(scene)))),
  );
  return h("table", {}, h("caption", {}, "The queue now"), h("thead", {}, head), h("tbody", {}, ...rows));
}

/** @param {[Kind, Scene]} entry */
function lists([kind, { line, isMine }]) {
  const { title } = KINDS[kind];
  const named = { "first in line": line.waiting, "being made": line.running, "just ended": line.ended };
  return Object.entries(named).flatMap(([where, jobs]) => {
    if (!jobs.length) return [];
    const lines = jobs.slice(0, FIRST).map((job, index) => describe(job, { place: index + 1, isMine: isMine(job) }));
    const items = lines.map((text) => h("li", {}, text));
    return [h("h3", {}, `${title}: ${where}`), h("ol", { role: "list" }, ...items)];
  });
}
