/** What a character's slot shows, told from what was made before and from what is known of the latest tasks. Pure. */

import { isActive } from "../client/index.js";

/**
 * @import { Kind, Task } from "../client/types.js"
 * @typedef {import("../shows/store.js").Output} Output
 * @typedef {import("../shows/store.js").Outputs} Outputs
 *
 * @typedef {object} Slot
 * @property {"empty" | "waiting" | "rendering" | "arriving" | "failed" | "canceled" | "done"} state
 * @property {Task | null} task the one the slot speaks of: what runs, else the last that did not succeed
 * @property {Outputs} outputs
 */

const LIT = new Set(["rendering", "storing"]);

/**
 * @param {Outputs} outputs
 * @param {Record<Kind, Task | null>} tasks
 * @returns {Slot}
 */
export function slotOfCharacter(outputs, { portrait, video }) {
  const running = [portrait, video].find(isActive);
  if (running) return { state: LIT.has(running.job?.stage ?? "") ? "rendering" : "waiting", task: running, outputs };
  const failed = [video, portrait].find((task) => task?.phase === "failed" && isNews(task, outputs));
  if (failed) return { state: "failed", task: failed, outputs };
  const arriving = [portrait, video].find((task) => task?.phase === "succeeded" && !outputs[task.kind] && isWanted(task, outputs));
  if (arriving) return { state: "arriving", task: arriving, outputs };
  if (outputs.portrait || outputs.video) return { state: "done", task: null, outputs };
  return portrait?.phase === "canceled" ? { state: "canceled", task: portrait, outputs } : { state: "empty", task: null, outputs };
}

/** What was made later (in another tab, or anew) is no longer in question. @param {Task} task @param {Outputs} outputs */
function isNews({ kind, endedAt }, outputs) {
  return (outputs[kind]?.at ?? 0) < (endedAt ?? Infinity);
}

/** A clip of a portrait that was replaced meanwhile does not come any more. @param {Task} task @param {Outputs} outputs */
function isWanted({ request: { portraitUrl } }, { portrait }) {
  return !portraitUrl || !portrait || portraitUrl === portrait.url;
}

/** @param {Slot} slot whether somebody who wants everything would make its portrait now */
export function wantsPortrait({ state, outputs }) {
  return !outputs.portrait && state !== "waiting" && state !== "rendering" && state !== "arriving";
}
