/** What a task is, and how it changes: no more than these few rules, and nothing is kept here. */

/** @import { Job, Kind, Phase, Task, Trouble } from "./types.js" */

const ORDER = ["starting", "processing", "succeeded", "failed", "canceled"];
const MOST_TOLD = 8_192;

/**
 * The name of what is made once at a time: a character's portrait, or its clip.
 * @param {string} showId @param {string} characterId @param {Kind} kind
 */
export function slotOf(showId, characterId, kind) {
  return [showId, characterId, kind].map((part) => part.replace(/[%/]/g, encodeURIComponent)).join("/");
}

/** Whether a task is under way. @param {Task | null | undefined} task @returns {task is Task} */
export function isActive(task) {
  return task?.phase === "sending" || task?.phase === "active";
}

/** `randomUUID` is there in secure contexts only, and a page on the local network is none. */
export function newJobId() {
  if (crypto.randomUUID) return crypto.randomUUID();
  return Array.from(crypto.getRandomValues(new Uint8Array(16)), (byte) => byte.toString(16).padStart(2, "0")).join("");
}

/** What was asked for, but the documents and whatever is too large to keep. @param {Record<string, unknown>} body */
export function requestOf({ show, character, ...wishes }) {
  const isSmall = (/** @type {unknown} */ wish) => (JSON.stringify(wish) ?? "").length <= MOST_TOLD;
  return Object.fromEntries(Object.entries(wishes).filter(([, wish]) => isSmall(wish)));
}

/** The task when this is its job. @param {Task} task @param {Job} job @param {number} now @returns {Task} */
export function withJob(task, job, now) {
  const { jobId, status, done } = job;
  if (!done) return { ...task, jobId, job, phase: "active", error: null, endedAt: null };
  const error = status === "failed" ? (job.error ?? troubleOf("failed", job.detail ?? "The job failed.", true)) : null;
  const phase = /** @type {Phase} */ (status);
  return { ...task, jobId, job, phase, error, canceling: false, endedAt: task.endedAt ?? now };
}

/**
 * The task when it ended without a job to show for it.
 * @param {Task} task @param {Trouble | null} error @param {number} now @returns {Task}
 */
export function ended(task, error, now) {
  return { ...task, phase: error ? "failed" : "canceled", error, canceling: false, endedAt: now };
}

/** @param {string} code @param {string} message @param {boolean} retryable @returns {Trouble} */
export function troubleOf(code, message, retryable) {
  return { code, message, retryable };
}

/**
 * Whether one view of a job is at least as late as another. No status ever goes back.
 * @param {Job} job @param {Job} known
 */
export function isNews(job, known) {
  if (known.done || ORDER.indexOf(job.status) < ORDER.indexOf(known.status)) return false;
  return stamp(job.updatedAt) >= stamp(known.updatedAt) && JSON.stringify(job) !== JSON.stringify(known);
}

/**
 * What to make of another tab's task of the same slot: that one, or ours, whichever knows more.
 * @param {Task} theirs @param {Task | null} ours @returns {Task}
 */
export function merged(theirs, ours) {
  if (!ours) return theirs;
  const isSameWish = theirs.jobId === ours.jobId || theirs.since === ours.since;
  if (isSameWish ? knowsMore(theirs, ours) : supersedes(theirs, ours)) {
    return isSameWish && ours.canceling && isActive(theirs) ? { ...theirs, canceling: true } : theirs;
  }
  const isStopped = isSameWish && theirs.canceling && isActive(ours) && !ours.canceling;
  return isStopped ? { ...ours, canceling: true } : ours;
}

/** @param {Task} theirs @param {Task} ours */
function knowsMore(theirs, ours) {
  const isOver = isActive(ours) && !isActive(theirs);
  if (!theirs.job || !ours.job) return Boolean(theirs.job) || (isOver && !ours.job);
  return isOver || isLater(theirs.job, ours.job);
}

/** Ours goes on until the server says which of two jobs answers for both. @param {Task} theirs @param {Task} ours */
function supersedes(theirs, ours) {
  if (!isActive(ours) && isActive(theirs)) return true;
  return Boolean(theirs.job && ours.job && isLater(theirs.job, ours.job));
}

/** @param {Job} job @param {Job} other */
function isLater(job, other) {
  return job.jobId === other.jobId ? isNews(job, other) : stamp(job.createdAt) > stamp(other.createdAt);
}

/** A time of the server as a text that sorts: it leaves out a fraction that is zero. @param {string} time */
export function stamp(time) {
  const bare = time.replace("Z", "");
  return (bare.includes(".") ? bare : `${bare}.`).padEnd(26, "0");
}
