/** The news of jobs: one stream of events for all of them, and questions where there is none or it says too little. */

import { Away, Refused } from "./api.js";
import { Leader } from "./leader.js";
import { listen } from "./stream.js";
import { Bell, rest } from "./world.js";

/** @import { Job } from "./types.js" */
/** @import { World } from "./world.js" */

const POLL_MS = 3_000;
const LIVE_POLL_MS = 10_000;
const LIVE_BEATS_TO_ASK_ALL = 6;
const LINGER_MS = 5_000;
const LONGEST_RETRY_MS = 60_000;
const FOLLOWER_MS = 70_000;
const MOST_IDS = 100;

/**
 * @typedef {object} Interest
 * @property {{jobId: string, showId: string, isQueued: boolean}[]} jobs  The running ones.
 * @property {boolean} isAll  Whether everybody's jobs are of interest.
 *
 * @typedef {object} Parts
 * @property {import("./api.js").Api} api
 * @property {import("./connection.js").Connection} connection
 * @property {World} world
 * @property {string} base
 * @property {() => boolean} isShared  Whether tabs know of each other's tasks.
 * @property {() => Interest} interest
 * @property {(job: Job) => void} hear
 * @property {(jobId: string) => void} lose  The server does not know this job any more.
 */

export class Feed {
  #parts;
  #leader;
  /** Rung for the stream: what is wanted may be another. */
  #wish = new Bell();
  /** Rung for the questions: some are to be asked. */
  #question = new Bell();
  /** Rung for the beat: the stream broke. */
  #broke = new Bell();
  /** Jobs to ask about. @type {Set<string>} */
  #asked = new Set();
  /** The id of the last event heard, from whichever tab. @type {string | null} */
  #lastId = null;
  /** What the open stream tells: a show's id, "" for all, null while there is none. @type {string | null} */
  #scope = null;
  /** Whether the open stream has told all that was missed. */
  #isStreaming = false;
  #cut = new AbortController();
  /** @type {unknown} */
  #lingering = null;
  /** When another tab last said that everybody's jobs are of interest there. */
  #allWishedAt = -Infinity;

  /** @param {Parts} parts */
  constructor(parts) {
    this.#parts = parts;
    this.#leader = new Leader({
      world: parts.world,
      name: `greenroom${parts.base}feed`,
      isShared: parts.isShared,
      lead: (signal) => this.#lead(signal),
      hear: (message) => this.#toldByTab(message),
      wish: () => this.#wishes(),
    });
  }

  /** Bring the news until the signal is aborted. @param {AbortSignal} signal */
  run(signal) {
    const { world } = this.#parts;
    // Asleep, it may have missed what was said.
    const look = () => (world.isVisible() ? this.#lookAtAll() : this.changed());
    for (const event of ["visibilitychange", "pageshow", "resume"]) world.listen(event, look, signal);
    return this.#leader.run(signal);
  }

  /** Ask about a job once, soon. @param {string} jobId */
  look(jobId) {
    this.#asked.add(jobId);
    this.changed();
  }

  /** The interest may be another. */
  changed() {
    this.#leader.stir();
    if (!this.#leader.isLeading) return;
    this.#reconsider();
    this.#question.ring();
  }

  #lookAtAll() {
    for (const { jobId } of this.#parts.interest().jobs) this.#asked.add(jobId);
    this.changed();
  }

  /** What a stream should tell; null when no news is wanted. */
  #wanted() {
    const { interest, world } = this.#parts;
    // Six streams are all that a browser opens to a server, so tabs that each have their own close it unseen.
    if (this.#leader.isAlone && !world.isVisible()) return null;
    const { jobs, isAll } = interest();
    if (isAll || Math.abs(world.now() - this.#allWishedAt) < FOLLOWER_MS) return "";
    const shows = new Set(jobs.map(({ showId }) => showId));
    return shows.size > 1 ? "" : ([...shows][0] ?? null);
  }

  // tabs among themselves

  /** What a follower asks of the leader, null for nothing. */
  #wishes() {
    const { jobs, isAll } = this.#parts.interest();
    const look = [...this.#asked];
    this.#asked.clear();
    return jobs.length || isAll || look.length ? { isAll, look } : null;
  }

  /** @param {any} message */
  #toldByTab({ ping, jobs = [], lost, id, isLive }) {
    const { hear, lose, connection, world } = this.#parts;
    if (ping) {
      if (!this.#leader.isLeading) return;
      if (ping.isAll) this.#allWishedAt = world.now();
      for (const jobId of ping.look) this.#asked.add(jobId);
      this.#leader.post({ isLive: connection.isLive });
      this.changed();
      return;
    }
    if (isLive !== undefined) connection.isLive = isLive;
    for (const job of jobs) hear(job);
    if (lost) lose(lost);
    if (id) this.#lastId = id;
  }

  /** @param {Job[]} jobs */
  #tell(jobs) {
    for (const job of jobs) this.#parts.hear(job);
    this.#leader.post({ jobs, id: this.#lastId });
  }

  /** @param {boolean} isLive */
  #sayLive(isLive) {
    this.#parts.connection.isLive = isLive;
    this.#leader.post({ isLive });
  }

  // leading

  /** @param {AbortSignal} signal */
  async #lead(signal) {
    try {
      await Promise.all([this.#stream(signal), this.#beat(signal), this.#answer(signal)]);
    } finally {
      this.#parts.world.clearTimeout(this.#lingering);
      this.#lingering = null;
      this.#isStreaming = false;
    }
  }

  /** Keep a stream open for as long as news is wanted. @param {AbortSignal} signal */
  async #stream(signal) {
    const { world, connection } = this.#parts;
    for (let failures = 0; ;) {
      const scope = this.#wanted();
      if (scope === null) {
        this.#lastId = null; // by the next time it would be a long story
        await rest(world, Infinity, signal, this.#wish);
        continue;
      }
      const ending = await this.#listen(scope, signal);
      if (this.#cut.signal.aborted) continue;
      failures = ending.wasLive ? 0 : failures + 1;
      this.#sayLive(false);
      this.#broke.ring();
      const { isHopeless, retryMs, retryAfterMs } = ending;
      const longest = isHopeless ? LONGEST_RETRY_MS : Math.min(LONGEST_RETRY_MS, retryMs * 2 ** failures);
      const pause = longest * (0.5 + world.random() / 2);
      if (retryAfterMs === null) await rest(world, pause, signal, connection.news);
      else await rest(world, Math.max(pause, retryAfterMs), signal);
    }
  }

  /** @param {string} scope @param {AbortSignal} signal */
  async #listen(scope, signal) {
    const { api, world } = this.#parts;
    this.#scope = scope;
    this.#cut = new AbortController();
    const reached = (/** @type {string} */ lastId) => void (this.#lastId = lastId);
    const told = (/** @type {import("./sse.js").ServerEvent} */ event) => this.#told(event);
    const how = { api, world, showId: scope || null, lastId: this.#lastId, told, reached };
    const ending = await listen(how, AbortSignal.any([signal, this.#cut.signal]));
    this.#scope = null;
    this.#isStreaming = false;
    return ending;
  }

  /** @param {import("./sse.js").ServerEvent} event */
  #told({ type, data, lastId }) {
    this.#lastId = lastId;
    if (type === "job") this.#tell([this.#parts.api.reached(read(data))]);
    if (type !== "hello") return;
    this.#isStreaming = true;
    this.#sayLive(true);
    this.#lookAtAll(); // what happened before the stream began is not in it
  }

  /** Have the stream tell what is wanted, if it tells something else. What is too much is put up with for a while. */
  #reconsider() {
    const wanted = this.#wanted();
    if (wanted === this.#scope) return;
    if (this.#scope === null) this.#wish.ring();
    else if (wanted !== null && this.#scope !== "") this.#cut.abort();
    else this.#lingering ??= this.#parts.world.setTimeout(() => this.#narrow(), LINGER_MS);
  }

  #narrow() {
    this.#lingering = null;
    if (this.#wanted() !== this.#scope) this.#cut.abort();
  }

  /**
   * Ask now and then: about everything while there is no stream, else about the queue, of which streams do not tell.
   * @param {AbortSignal} signal
   */
  async #beat(signal) {
    const { world, interest } = this.#parts;
    for (let beats = 1; ; beats += 1) {
      while (this.#wanted() === null && !interest().jobs.length) await rest(world, Infinity, signal, this.#question);
      await rest(world, this.#isStreaming ? LIVE_POLL_MS : POLL_MS, signal, this.#broke);
      const { jobs, isAll } = interest();
      const areAllDue = !this.#isStreaming || beats % LIVE_BEATS_TO_ASK_ALL === 0;
      for (const { jobId, isQueued } of jobs) if (isQueued || areAllDue) this.#asked.add(jobId);
      this.changed();
      if (isAll && !this.#isStreaming) await this.#page({ limit: MOST_IDS }, signal);
    }
  }

  /** Ask what is to be asked, one question at a time. @param {AbortSignal} signal */
  async #answer(signal) {
    for (;;) {
      if (!this.#asked.size) await rest(this.#parts.world, Infinity, signal, this.#question);
      const ids = [...this.#asked].slice(0, MOST_IDS);
      for (const jobId of ids) this.#asked.delete(jobId);
      if (ids.length) await this.#ask(ids, signal);
    }
  }

  /** @param {string[]} ids @param {AbortSignal} signal */
  async #ask(ids, signal) {
    const missing = new Set(ids);
    for (const job of await this.#page({ ids, limit: MOST_IDS }, signal)) missing.delete(job.jobId);
    // A list may lag behind, and does not say why a job is not in it.
    for (const jobId of missing) await this.#askForOne(jobId, signal);
  }

  /** @param {import("./types.js").JobsQuery} query @param {AbortSignal} signal @returns {Promise<Job[]>} */
  async #page(query, signal) {
    const { api, connection } = this.#parts;
    try {
      const { jobs } = await connection.call((during) => api.jobs(query, during), signal);
      this.#tell(jobs);
      return jobs;
    } catch (error) {
      if (error instanceof Refused) return []; // whatever is wrong with it, the next one may be right
      throw error;
    }
  }

  /** @param {string} jobId @param {AbortSignal} signal */
  async #askForOne(jobId, signal) {
    const { api, connection, lose } = this.#parts;
    try {
      this.#tell([await connection.call((during) => api.job(jobId, during), signal)]);
    } catch (error) {
      if (!(error instanceof Refused)) throw error;
      if (!error.isGone) return;
      lose(jobId);
      this.#leader.post({ lost: jobId });
    }
  }
}

/** @param {string} data @returns {Job} */
function read(data) {
  try {
    return JSON.parse(data);
  } catch {
    throw new Away("The stream of events is not one of Greenroom's.");
  }
}
