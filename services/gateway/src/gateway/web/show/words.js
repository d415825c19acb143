/** What a slot's state is called by people, and what they can do about it. */

import { isActive } from "../client/index.js";

/** @import { Job, Kind, Task, Trouble } from "../client/types.js" */

const THINGS = {
  portrait: { name: "portrait", rendering: "Painting the portrait" },
  video: { name: "clip", rendering: "Filming the clip" },
};

/** @type {Record<string, string>} */
const STAGES = {
  queued: "In the queue",
  submitting: "Handing it to the renderer",
  provider_starting: "The renderer is warming up",
  throttled: "The renderer is busy; waiting our turn",
  canceling: "Canceling",
};

const AGAIN = "Retry: another try often works.";
const OPERATOR = "Whoever runs this server has to look at it; retry after that.";
const OTHER_WORDS = "Change the prompt or the model, then retry.";

/** What to do about an `error.code`. @type {Record<string, string>} */
const ADVICE = {
  input_rejected: "", // its sentence says what is wrong with which field
  content_flagged: OTHER_WORDS,
  provider_failed: "Retry, or try another model.",
  provider_unavailable: OPERATOR,
  provider_stalled: AGAIN,
  deadline_exceeded: "Retry when there is less to do, or try a quicker model.",
  output_unreadable: AGAIN,
  storage_failed: OPERATOR,
  unknown_outcome: "It may have been made and paid for: look at the provider's own list before you retry.",
  worker_lost: AGAIN,
  internal: AGAIN,
  documents_gone: "", // its sentence says to make it anew
};

/** "portrait" or "clip". @param {Kind} kind */
export function thingName(kind) {
  return THINGS[kind].name;
}

/** One line on where a task stands. @param {Task} task */
export function statusLine({ kind, phase, job, canceling }) {
  const { name, rendering } = THINGS[kind];
  if (phase === "failed") return `The ${name} was not made`;
  if (phase === "canceled") return "Canceled";
  if (canceling) return STAGES.canceling;
  if (phase === "sending" || !job) return "Sending";
  const { status, stage, queuePosition } = job;
  if (stage === "rendering") return rendering;
  if (stage === "storing") return `Saving the ${name}`;
  const queued = status === "starting" || stage === "queued";
  if (queued && queuePosition) return queuePosition === 1 ? "Next in the queue" : `In the queue, number ${queuePosition}`;
  return queued ? STAGES.queued : (STAGES[stage ?? ""] ?? `Making the ${name}`);
}

/** Why it waits, or what went wrong and what to do; "" when there is nothing to add. @param {Task} task */
export function explanation({ phase, job, error, note }) {
  if (phase === "failed") return [sentence(error?.message), advice(error)].filter(Boolean).join(" ");
  return (phase === "active" ? (job?.detail ?? note) : note) ?? "";
}

/** Providers leave the full stop out. @param {string} [message] */
function sentence(message = "") {
  return /[\p{L}\p{N})]$/u.test(message) ? `${message}.` : message;
}

/** @param {Trouble | null} error */
function advice(error) {
  return ADVICE[error?.code ?? ""] ?? (error?.retryable ? AGAIN : "Change what it asks for, then retry.");
}

/** How long it still takes, "" while nobody knows. @param {Job | null} job */
export function remaining(job, now = Date.now()) {
  const seconds = job?.eta ? Math.round((Date.parse(job.eta) - now) / 1_000) : 0;
  if (!(seconds > 2)) return "";
  return seconds < 90 ? `about ${seconds < 10 ? seconds : Math.ceil(seconds / 5) * 5} s` : `about ${Math.round(seconds / 60)} min`;
}

/** What a screen reader is told of a task's new phase, "" for nothing. @param {Task} task @param {Task | null} was */
export function announcement(task, was) {
  const thing = `${thingName(task.kind)} of ${task.characterName}`;
  if (task.phase === "failed") return `The ${thing} was not made. ${explanation(task)}`;
  if (task.phase === "succeeded") return `The ${thing} is ready.`;
  if (task.phase === "canceled") return `The ${thing} was canceled.`;
  const begins = !was || !isActive(was);
  return begins && isActive(task) ? `The ${thing} is being made.` : "";
}

