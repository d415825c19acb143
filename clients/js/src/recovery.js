/** What the server knows of a show and this browser does not: asked for at another hour, or on another device. */

import { isActive, slotOf, withJob } from "./tasks.js";

/** @import { Job, JobsQuery, Page, Task } from "./types.js" */

const PAGE = 100;
const MOST_PAGES = 20;
const MOST_RUNNING_PAGES = 5; // others' jobs are among them

/**
 * @typedef {object} Parts
 * @property {import("./api.js").Api} api
 * @property {import("./connection.js").Connection} connection
 * @property {import("./book.js").TaskBook} book
 * @property {import("./world.js").World} world
 * @property {(task: Task, what: string) => void} say  Writes a line to the console.
 * @property {(jobId: string) => void} look  Asks about a job once, soon.
 * @property {(job: Job) => void} tellEnd
 */

export class Recovery {
  #parts;
  /** @type {Map<string, Promise<Job[]>>} */
  #going = new Map();

  /** @param {Parts} parts */
  constructor(parts) {
    this.#parts = parts;
  }

  /** Resolves with all that the server knows, the oldest first. @param {string} showId @param {AbortSignal} signal */
  recover(showId, signal) {
    const going = this.#going.get(showId) ?? this.#recover(showId, signal).finally(() => this.#going.delete(showId));
    this.#going.set(showId, going);
    return going;
  }

  /**
   * Take in what runs for any of some shows; `ours` is asked for their ids only when something runs at all.
   * @param {() => Promise<Set<string>>} ours @param {AbortSignal} signal
   */
  async recoverRunning(ours, signal) {
    const running = await this.#read({ status: ["starting", "processing"] }, MOST_RUNNING_PAGES, signal);
    if (!running.length) return;
    const shows = await ours();
    for (const job of running) if (shows.has(job.showId ?? "")) this.#take(job, "resumed");
  }

  /**
   * Have the server make a show's failed jobs again; resolves with how many.
   * @param {string} showId @param {AbortSignal} signal
   */
  async retryFailed(showId, signal) {
    const { api, connection } = this.#parts;
    let [count, pages, tries] = [0, 0, 0];
    /** @type {string | undefined} */
    let cursor;
    do {
      const which = { showId, cursor };
      const ask = (/** @type {AbortSignal} */ during) => ((tries += 1), api.retryFailed(which, during));
      /** @type {Page} */
      const page = await connection.call(ask, signal);
      for (const job of page.jobs) this.#take(job, "retried");
      count += page.jobs.length;
      pages += 1;
      cursor = page.nextCursor ?? undefined;
    } while (cursor);
    if (tries > pages) await this.recover(showId, signal); // an answer was lost, and the jobs that were in it
    return count;
  }

  /** @param {string} showId @param {AbortSignal} signal */
  async #recover(showId, signal) {
    const found = await this.#read({ showId }, MOST_PAGES, signal);
    for (const job of found) this.#take(job, "resumed");
    return found;
  }

  /** All jobs that a query finds, the oldest first. @param {JobsQuery} query @param {number} most @param {AbortSignal} signal */
  async #read(query, most, signal) {
    const { api, connection } = this.#parts;
    /** @type {Job[]} */
    const found = [];
    let cursor = /** @type {string | null} */ (null);
    for (let pages = 0; pages < most && (pages === 0 || cursor); pages += 1) {
      const next = { ...query, limit: PAGE, cursor };
      /** @type {Page} */
      const page = await connection.call((during) => api.jobs(next, during), signal);
      found.push(...page.jobs);
      cursor = page.nextCursor;
    }
    return found.reverse();
  }

  /** Take in a job that may not be known here. @param {Job} job @param {string} what  How it is said. */
  #take(job, what) {
    const { book, tellEnd, say, look, world } = this.#parts;
    if (book.ofJob(job.jobId)) return book.hear(job);
    if (job.done) return tellEnd(job);
    const task = taskOf(job, book);
    if (!task || isActive(book.get(task.slot))) return;
    say(task, what);
    book.put(withJob(task, job, world.now()));
    look(job.jobId); // it may have gone on since this was written
  }
}

/** @param {Job} job @param {import("./book.js").TaskBook} book @returns {Task | null} */
function taskOf(job, book) {
  const { jobId, kind, showId, characterId, retryOf, metadata } = job;
  if (!showId || !characterId) return null;
  const slot = slotOf(showId, characterId, kind);
  const before = book.get(slot);
  const names = { characterName: job.characterName ?? characterId, showTitle: metadata.showTitle ?? showId };
  const request = before && before.jobId === retryOf ? before.request : {};
  const since = Date.parse(job.createdAt);
  const fresh = { since, job: null, error: null, note: null, endedAt: null, canceling: false };
  return { slot, jobId, kind, showId, characterId, ...names, retryOf, request, ...fresh, phase: "active" };
}
