/** The corner of every view: how many things are being made, and the button that opens their panel. */

import { isActive } from "../client/index.js";
import { h, say } from "../shell/dom.js";
import { Panel } from "./panel.js";
import { nameOf, statusOf, summaryOf } from "./words.js";

/** @import { Task } from "../client/types.js" */
/** @import { App } from "../shell/app.js" */

/**
 * Put the indicator and its panel into the corner.
 *
 * @param {HTMLElement} corner
 * @param {App} app
 */
export function mountTasks(corner, app) {
  const { greenroom } = app;
  const panel = new Panel(app);
  const ring = h("span", { class: "tasks-ring", "aria-hidden": "true" });
  const count = h("span", { class: "tasks-count" });
  const word = h("span", { class: "tasks-word" }, "Tasks");
  const toggle = h("button", { type: "button", class: "tasks-toggle" }, ring, word, count);
  toggle.popoverTargetElement = panel.element;
  const show = () => {
    const { tasks } = greenroom;
    const active = tasks.filter(isActive);
    const failed = tasks.filter(({ phase }) => phase === "failed").length;
    toggle.dataset.state = active.length ? "running" : failed ? "failed" : "idle";
    toggle.ariaLabel = `Background tasks: ${summaryOf(tasks)}`;
    say(count, active.length || failed || "");
    ring.style.setProperty("--done", `${meanProgress(active)}%`);
  };
  greenroom.addEventListener("task", (event) => {
    show();
    announceEnd(app, /** @type {CustomEvent<{task: Task, was: Task | null}>} */ (event).detail);
  });
  show();
  corner.replaceChildren(toggle, panel.element);
}

/** @param {Task[]} tasks */
function meanProgress(tasks) {
  return tasks.reduce((sum, { job }) => sum + (job?.progress ?? 0), 0) / Math.max(1, tasks.length);
}

/** Say that something has ended, unless its show is open: that view says so itself. */
function announceEnd(/** @type {App} */ app, /** @type {{task: Task, was: Task | null}} */ { task, was }) {
  const { phase, showId } = task;
  const isNews = isActive(was) && phase !== "cleared" && !isActive(task);
  if (!isNews || location.hash === `#/shows/${encodeURIComponent(showId)}`) return;
  app.announce(`${nameOf(task)}: ${statusOf(task).toLowerCase()}.`);
}
