/** What the view shows, kept up to date: the report is asked for every few seconds, jobs are heard of as they go. */

import { Crowd } from "./crowd.js";

/** @import { Greenroom } from "../client/index.js" */
/** @import { Job, Kind, Queue, Status } from "../client/types.js" */

const EVERY_MS = 2_500;
const SOONEST_MS = 1_000;
const MOST_PATIENCE_MS = 20_000;

/** Pages of a hundred that are read of what waits and runs. Beyond that the report's counts are all there is. */
const MOST_PAGES = 20;

/** Polls between two lists while the jobs heard of are others than those reported. */
const FIRST_GAP = 2;
const LONGEST_GAP = 16;

const ACTIVE = /** @type {Status[]} */ (["starting", "processing"]);
const ENDED = /** @type {Status[]} */ (["succeeded", "failed", "canceled"]);
const KINDS = /** @type {Kind[]} */ (["portrait", "video"]);

/** Fires "change". Rests while nobody sees the page. */
export class Source extends EventTarget {
  crowd = new Crowd();
  /** @type {Queue | null} the last report, null before the first */
  report = null;
  /** @type {string | null} why there is no newer report, in a sentence */
  trouble = null;
  #greenroom;
  #run = new AbortController();
  #unwatch = () => {};
  #wake = () => {};
  #askedAt = 0;
  /** Polls since the jobs last added up, or were listed. */
  #polls = Infinity;
  #gap = FIRST_GAP;
  /** @type {Record<string, {queued: number, running: number}>} what was known when the report came */
  #then = {};

  /** @param {Greenroom} greenroom */
  constructor(greenroom) {
    super();
    this.#greenroom = greenroom;
  }

  start() {
    const { signal } = this.#run;
    // Before the list is asked for: what happens meanwhile is not missed.
    this.#unwatch = this.#greenroom.watchAll();
    this.#greenroom.addEventListener("job", (event) => this.#heard(event), { signal });
    document.addEventListener("visibilitychange", () => this.#turned(), { signal });
    this.#keepAsking(signal);
  }

  stop() {
    this.#unwatch();
    this.#run.abort();
    this.#wake();
  }

  /** Ask now. */
  hurry() {
    this.#wake();
  }

  /** How many wait and run: as reported, and as heard of since. @param {Kind} kind */
  counts(kind) {
    const { queued, running } = this.report?.kinds[kind] ?? { queued: 0, running: 0 };
    const [now, then] = [this.#known(kind), this.#then[kind]];
    const since = (/** @type {"queued" | "running"} */ what) => (then ? now[what] - then[what] : 0);
    return { queued: Math.max(0, queued + since("queued")), running: Math.max(0, running + since("running")) };
  }

  /** @param {AbortSignal} signal */
  async #keepAsking(signal) {
    for (let wait = EVERY_MS; !signal.aborted; ) {
      if (!document.hidden) wait = (await this.#ask(signal)) ? EVERY_MS : Math.min(2 * wait, MOST_PATIENCE_MS);
      if (!signal.aborted) await this.#pause(document.hidden ? null : wait);
    }
  }

  /** Whether an answer came. @param {AbortSignal} signal */
  async #ask(signal) {
    const { api } = this.#greenroom;
    this.#askedAt = Date.now();
    try {
      this.report = await api.queue(signal);
      this.trouble = null;
      this.#compare();
      this.#change();
      if (this.#isListDue()) await this.#list(signal);
    } catch (error) {
      if (signal.aborted) return false;
      this.trouble = error instanceof Error ? error.message : String(error);
    }
    this.#change();
    return this.trouble === null;
  }

  /** The feed may have gaps, or be away: while the jobs do not add up they are listed again, ever more seldom. */
  #isListDue() {
    const fresh = this.#isFresh();
    this.#polls = fresh ? 0 : this.#polls + 1;
    if (fresh) this.#gap = FIRST_GAP;
    return this.#polls >= this.#gap;
  }

  #isFresh() {
    const { report } = this;
    const fits = (/** @type {Kind} */ kind) => {
      const { queued, running } = this.#then[kind];
      return queued === report?.kinds[kind].queued && running === report.kinds[kind].running;
    };
    return this.#greenroom.connection.state === "live" && this.#polls < Infinity && KINDS.every(fits);
  }

  /** @param {AbortSignal} signal */
  async #list(signal) {
    const since = this.crowd.moment;
    const { jobs, isWhole } = await this.#active(signal);
    const { api } = this.#greenroom;
    const ended = await Promise.all(KINDS.map((kind) => api.jobs({ kind, status: ENDED, limit: 30 }, signal)));
    for (const job of [jobs, ...ended.map((page) => page.jobs)].flat()) this.crowd.note(job);
    if (isWhole) this.crowd.keepOnly(new Set(jobs.map(({ jobId }) => jobId)), since);
    this.#compare();
    this.#polls = 0;
    this.#gap = this.#greenroom.connection.state === "live" ? Math.min(2 * this.#gap, LONGEST_GAP) : FIRST_GAP;
  }

  /** @param {AbortSignal} signal */
  async #active(signal) {
    /** @type {Job[]} */
    const jobs = [];
    /** @type {string | null} */
    let cursor = null;
    for (let page = 0; page < MOST_PAGES; page += 1) {
      const found = await this.#greenroom.api.jobs({ status: ACTIVE, limit: 100, cursor }, signal);
      jobs.push(...found.jobs);
      cursor = found.nextCursor;
      if (cursor === null) break;
    }
    return { jobs, isWhole: cursor === null };
  }

  #compare() {
    this.#then = Object.fromEntries(KINDS.map((kind) => [kind, this.#known(kind)]));
  }

  /** @param {Kind} kind */
  #known(kind) {
    const { waiting, running } = this.crowd.line(kind);
    return { queued: waiting.length, running: running.length };
  }

  /** @param {Event} event */
  #heard(event) {
    const { job } = /** @type {CustomEvent<{job: Job}>} */ (event).detail;
    this.crowd.note(job);
    // A kind that had come to a stop moves again: what was reported of it is wrong.
    const isWrong = job.status === "processing" && this.report?.kinds[job.kind].state === "no_workers";
    if (isWrong && Date.now() - this.#askedAt > SOONEST_MS) this.#wake();
    this.#change();
  }

  #turned() {
    if (document.hidden) return;
    this.#polls = Infinity; // who knows what was missed
    this.#wake();
  }

  /** @param {number | null} ms null until something wakes it */
  #pause(ms) {
    return new Promise((/** @type {(value?: undefined) => void} */ resolve) => {
      const timer = ms === null ? 0 : setTimeout(resolve, ms);
      this.#wake = () => {
        clearTimeout(timer);
        resolve();
      };
    });
  }

  #change() {
    this.dispatchEvent(new Event("change"));
  }
}
