/** The workers of a kind: a desk each, and the lamp over it as bright as it is busy. */

import { arrange, h, say } from "../shell/dom.js";
import { grouped } from "./words.js";

/** @import { QueueOfKind } from "../client/types.js" */

/** Desks that are shown one by one; the others share one. */
const MOST = 4;

/** @typedef {{name: string, about: string, running: number, capacity: number}} Desk */

/** The list of desks; `element` is to be put behind the tokens. */
export class Desks {
  element = h("ul", { class: "desks", role: "list" });

  /** @param {QueueOfKind["workers"]} workers the oldest first */
  show(workers) {
    const desks = workers.length ? seated(workers) : [{ name: "No worker", about: "", running: 0, capacity: 0 }];
    const items = desks.map((desk, index) => fill(this.element.children[index] ?? empty(), desk));
    arrange(this.element, items);
  }
}

/** @param {QueueOfKind["workers"]} workers @returns {Desk[]} */
function seated(workers) {
  const own = workers.length > MOST ? workers.slice(0, MOST - 1) : workers;
  const rest = workers.slice(own.length);
  const desks = own.map((worker) => ({ ...worker, name: worker.id.replace(/^\w+-worker-/, ""), about: worker.id }));
  if (!rest.length) return desks;
  const sum = (/** @type {"running" | "capacity"} */ what) => rest.reduce((total, worker) => total + worker[what], 0);
  return [...desks, { name: `${rest.length} more`, about: "", running: sum("running"), capacity: sum("capacity") }];
}

function empty() {
  return h("li", { class: "desk" }, ...["lamp", "desk-load", "desk-name"].map((part) => h("span", { class: part })));
}

/** @param {Element} item @param {Desk} desk */
function fill(item, { name, about, running, capacity }) {
  const [, load, label] = item.children;
  const element = /** @type {HTMLElement} */ (item);
  element.style.setProperty("--load", String(brightness(running, capacity)));
  element.title = about;
  element.classList.toggle("dark", !capacity);
  say(load, capacity ? `${grouped(running)} of ${grouped(capacity)}` : "");
  say(label, name);
  return item;
}

/** One job of five hundred is work, too: its lamp is on. @param {number} running @param {number} capacity */
function brightness(running, capacity) {
  return running ? 0.4 + 0.6 * Math.min(1, running / capacity) : 0;
}
