/** The jobs that are known: who waits, who runs, who has just ended. */

import { stamp } from "../client/index.js";

/** @import { Job, Kind } from "../client/types.js" */

/** Ended jobs of a kind that are remembered: more than any tray shows. */
const KEPT = 60;

/**
 * @typedef {object} Line  One kind's jobs.
 * @property {Job[]} waiting  Oldest first.
 * @property {Job[]} running  The longest running first.
 * @property {Job[]} ended  Newest first.
 */

/** Fed from two sides, a list and a feed, that may tell old news: the newest of each job is kept. */
export class Crowd {
  /** @type {Map<string, {job: Job, heard: number}>} */
  #known = new Map();
  /** @type {Map<Kind, Line>} what was sorted since the last change */
  #lines = new Map();
  #clock = 0;

  /** Now, in the order of what was heard. */
  get moment() {
    return this.#clock;
  }

  /** @param {Job} job */
  note(job) {
    const known = this.#known.get(job.jobId)?.job;
    if (known && (stamp(known.updatedAt) > stamp(job.updatedAt) || (known.done && !job.done))) return;
    this.#known.set(job.jobId, { job, heard: (this.#clock += 1) });
    this.#lines.clear();
  }

  /**
   * Let go of the active jobs that are not among these, but for what was heard since.
   *
   * @param {Set<string>} ids
   * @param {number} since
   */
  keepOnly(ids, since) {
    this.#lines.clear();
    for (const [id, { job, heard }] of this.#known) {
      if (!job.done && heard <= since && !ids.has(id)) this.#known.delete(id);
    }
  }

  /** @param {Kind} kind @returns {Line} */
  line(kind) {
    const line = this.#lines.get(kind) ?? this.#sorted(kind);
    this.#lines.set(kind, line);
    return line;
  }

  /** @param {Kind} kind @returns {Line} */
  #sorted(kind) {
    const jobs = [...this.#known.values()].flatMap(({ job }) => (job.kind === kind ? [job] : []));
    const ended = sorted(jobs.filter(({ done }) => done), "completedAt").reverse();
    for (const { jobId } of ended.splice(KEPT)) this.#known.delete(jobId);
    return {
      waiting: sorted(jobs.filter(({ status }) => status === "starting"), "createdAt"),
      running: sorted(jobs.filter(({ status }) => status === "processing"), "startedAt"),
      ended,
    };
  }
}

/** @param {Job[]} jobs @param {"createdAt" | "startedAt" | "completedAt"} by */
function sorted(jobs, by) {
  const stamped = jobs.map((job) => ({ job, at: stamp(job[by] ?? "") }));
  stamped.sort((one, other) => Number(one.at > other.at) - Number(one.at < other.at));
  return stamped.map(({ job }) => job);
}
