/** What is said of tasks. */

import { isActive } from "../client/index.js";

/** @import { Task } from "../client/types.js" */

const THINGS = { portrait: "portrait", video: "clip" };

/** @type {Record<string, string>} */
const STAGES = {
  queued: "In the queue",
  submitting: "Handing it over",
  provider_starting: "Warming up",
  rendering: "Rendering",
  storing: "Saving",
  throttled: "Waiting its turn",
  canceling: "Canceling",
};

const ENDS = { succeeded: "Finished", failed: "Failed", canceled: "Canceled", cleared: "Cleared" };

/** "Mira Okonjo’s portrait". @param {Task} task */
export function nameOf({ characterName, kind }) {
  return `${characterName}’s ${THINGS[kind]}`;
}

/** Where a task stands, in a few words. @param {Task} task */
export function statusOf({ phase, job, canceling }) {
  if (phase === "sending") return "Sending";
  if (phase !== "active") return ENDS[phase];
  if (canceling) return STAGES.canceling;
  const stage = job?.stage ?? (job?.status === "starting" ? "queued" : "rendering");
  if (stage === "queued" && job?.queuePosition) return `In the queue, number ${job.queuePosition}`;
  return STAGES[stage] ?? "In the works";
}

/** Why it failed, or waits; "" when there is nothing to explain. @param {Task} task */
export function reasonOf({ phase, job, error, note }) {
  if (phase === "failed") return error?.message ?? job?.detail ?? "No reason was given.";
  return (phase === "active" && job?.detail) || note || "";
}

/** "2 running, 1 failed". @param {readonly Task[]} tasks */
export function summaryOf(tasks) {
  const count = (/** @type {(task: Task) => boolean} */ fits) => tasks.filter(fits).length;
  const counts = [
    [count(isActive), "running"],
    [count(({ phase }) => phase === "failed"), "failed"],
    [count(({ phase }) => phase === "succeeded"), "finished"],
    [count(({ phase }) => phase === "canceled"), "canceled"],
  ];
  return counts.flatMap(([number, what]) => (number ? `${number} ${what}` : [])).join(", ") || "nothing runs";
}

/** How long ago something ended. @param {number} ms */
export function ago(ms) {
  const minutes = Math.floor(ms / 60_000);
  return minutes < 1 ? "just now" : `${minutes} min ago`;
}
