/** The same in words: a table of counts and who comes first, for those who do not see tokens. */

import { h } from "../shell/dom.js";
import { KINDS, describe, duration, grouped } from "./words.js";

/** @import { Kind } from "../client/types.js" */
/** @import { Scene } from "./board.js" */

/** Jobs that each list names. */
const FIRST = 10;

const COLUMNS = ["Kind", "Waiting", "Oldest wait", "Being made", "Usual time", "Ended in the last minute", "Workers"];

/** Written only while it is open. */
export class Table {
  #content = h("div", { class: "queue-table" });
  /** @type {() => Record<Kind, Scene> | null} */
  #scenes;

  /** @param {() => Record<Kind, Scene> | null} scenes */
  constructor(scenes) {
    this.#scenes = scenes;
    this.element = h("details", { class: "queue-words", ontoggle: () => this.show() }, h("summary", {}, "The queue in words"), this.#content);
  }

  show() {
    const scenes = this.#scenes();
    if (!this.element.open || !scenes) return;
    const rows = /** @type {[Kind, Scene][]} */ (Object.entries(scenes));
    const head = h("tr", {}, ...COLUMNS.map((text) => h("th", { scope: "col" }, text)));
    const table = h("table", {}, h("caption", {}, "The queue now"), h("thead", {}, head), h("tbody", {}, ...rows.map(row)));
    this.#content.replaceChildren(table, ...rows.flatMap(lists));
  }
}

/** @param {[Kind, Scene]} entry */
function row([kind, { report, counts }]) {
  const { oldestWaitSeconds, medianRunSeconds, endedLastMinute, workers } = report;
  const capacity = workers.reduce((sum, worker) => sum + worker.capacity, 0);
  const cells = [
    grouped(counts.queued),
    duration(oldestWaitSeconds),
    grouped(counts.running),
    duration(medianRunSeconds),
    grouped(endedLastMinute),
    workers.length ? `${workers.length}, room for ${grouped(capacity)}` : "none",
  ];
  return h("tr", {}, h("th", { scope: "row" }, KINDS[kind].title), ...cells.map((text) => h("td", {}, text)));
}

/** @param {[Kind, Scene]} entry */
function lists([kind, { line, isMine }]) {
  const { title } = KINDS[kind];
  const named = { [`${title}: first in line`]: line.waiting, [`${title}: being made`]: line.running, [`${title}: just ended`]: line.ended };
  return Object.entries(named).flatMap(([heading, jobs]) => {
    if (!jobs.length) return [];
    const items = jobs.slice(0, FIRST).map((job, index) => h("li", {}, describe(job, { place: index + 1, isMine: isMine(job) })));
    return [h("h3", {}, heading), h("ol", { role: "list" }, ...items)];
  });
}
