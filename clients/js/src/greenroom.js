/** The client itself: one object that makes, follows and remembers. */

import { Api, Refused } from "./api.js";
import { TaskBook } from "./book.js";
import { Connection } from "./connection.js";
import { Feed } from "./feed.js";
import { TaskLog } from "./log.js";
import { Maker } from "./maker.js";
import { Recovery } from "./recovery.js";
import { TaskStore } from "./store.js";
import { isActive } from "./tasks.js";
import { browserWorld } from "./world.js";

/** @import { Ask, ConnectionState, Job, Options, Task } from "./types.js" */

const SWEEP_MS = 60_000;
const MOST_REMEMBERED = 5_000;

/**
 * Fires, each with its `detail`:
 * - "task" `{task, was}` at every change of a task; `was` is null for a new one, `task.phase` "cleared" for one gone
 * - "ended" `{job, recovered}` once for each end of a job that it learns of; `recovered` if `recover` found it
 * - "job" `{job}` for every job's news, foreign ones too, while `watchAll` is on
 * - "connection" `{state, trouble}`
 * - "unauthorized" when the server wants a key, or another one
 */
export class Greenroom extends EventTarget {
  #world;
  #connection;
  #store;
  #log;
  #api;
  #book;
  #maker;
  #feed;
  #recovery;
  #life = new AbortController();
  #isRunning = false;
  #isLocked = false;
  #watchers = 0;
  /** @type {unknown} */
  #sweeping = null;
  /** Ends that were told. @type {Set<string>} */
  #ended = new Set();

  /** @param {Options} [options] */
  constructor({ base = "/", key = null, bodyOf, storage, log = console, fetch = globalThis.fetch, world: given } = {}) {
    super();
    const world = (this.#world = { ...browserWorld(), ...given });
    this.#log = new TaskLog(log);
    const api = (this.#api = new Api({ base, key, fetch, onUnauthorized: () => this.#lock() }));
    const connection = (this.#connection = new Connection(world));
    connection.addEventListener("change", () => this.#fire("connection", connection.now));
    const store = (this.#store = new TaskStore({ storage, base, world, onDrop: (slot) => this.#log.dropped(slot) }));
    const book = (this.#book = new TaskBook({ store, world, told: (...change) => this.#changed(...change) }));
    const look = (/** @type {string} */ jobId) => this.#feed.look(jobId);
    const say = (/** @type {Task} */ task, /** @type {string} */ what) => this.#log.say(task, what);
    this.#maker = new Maker({ api, connection, book, store, world, base, bodyOf, say, look });
    this.#feed = new Feed({
      api,
      connection,
      world,
      base,
      isShared: () => store.isShared,
      interest: () => ({ jobs: book.followed.map(followed), isAll: this.#watchers > 0 }),
      hear: (job) => this.#hear(job),
      lose: (jobId) => book.lose(jobId),
    });
    const tellEnd = (/** @type {Job} */ job) => this.#tellEnd(job, true);
    this.#recovery = new Recovery({ api, connection, book, world, say, look, tellEnd });
  }

  /** The calls of the API themselves. */
  get api() {
    return this.#api;
  }

  get key() {
    return this.#api.key;
  }

  /** A new key: whatever was refused for want of one goes on. */
  set key(key) {
    this.#api.key = key;
    this.#isLocked = false;
    this.#connection.unlock();
  }

  /** All tasks, newest first. */
  get tasks() {
    return this.#book.all;
  }

  /** @param {string} slot @returns {Task | null} */
  task(slot) {
    return this.#book.get(slot);
  }

  /** @returns {ConnectionState} */
  get connection() {
    return this.#connection.now;
  }

  /** Read what is stored and go on with what is under way; resolves once it is read. */
  async start() {
    if (this.#isRunning) return;
    this.#isRunning = true;
    if (this.#life.signal.aborted) this.#life = new AbortController();
    const { signal } = this.#life;
    this.#connection.begin(signal);
    this.#maker.begin(signal);
    this.#store.watch((slot, task) => this.#book.merge(slot, task), signal);
    this.#world.listen("offline", () => this.#probe(signal), signal);
    this.#book.load();
    this.#feed.run(signal);
    for (const task of this.#book.all) if (isActive(task)) this.#resume(task);
    this.#sweepLater();
  }

  /** Let go of the server, the other tabs and the storage. What was accepted goes on without us. */
  stop() {
    this.#isRunning = false;
    this.#life.abort();
    this.#world.clearTimeout(this.#sweeping);
    this.#sweeping = null;
  }

  /**
   * Make a character's portrait or clip, unless one is being made: then that task is returned.
   * @param {Ask} ask @returns {Task}
   */
  make(ask) {
    return this.#maker.make(ask);
  }

  /** Stop a slot's job. Never rejects for being too late. @param {string} slot @returns {Promise<void>} */
  async cancel(slot) {
    const task = this.#book.get(slot);
    if (!isActive(task)) return;
    if (!task.canceling) this.#book.put({ ...task, canceling: true });
    if (task.phase === "active") await this.#maker.stop(task.jobId);
  }

  /**
   * Make a failed or canceled job again; throws for a slot that has no ended task.
   * @param {string} slot @param {{customPrompt?: string}} [wish] @returns {Task}
   */
  retry(slot, wish = {}) {
    const task = this.#book.get(slot);
    if (!task) throw new Error(`There is no task in ${slot}.`);
    return this.#maker.retry(task, wish);
  }

  /**
   * Make all failed jobs again, of one show or of all that have a failed task; resolves with how many.
   * @param {{showId?: string}} [which]
   */
  async retryAllFailed({ showId } = {}) {
    const failed = this.tasks.filter((task) => task.phase === "failed" && (!showId || task.showId === showId));
    // What the server never had it cannot make again.
    const unheard = failed.filter((task) => !task.job);
    for (const task of unheard) this.retry(task.slot);
    const shows = new Set(showId ? [showId] : failed.map((task) => task.showId));
    const counts = await Promise.all([...shows].map((show) => this.#recovery.retryFailed(show, this.#life.signal)));
    return counts.reduce((sum, count) => sum + count, unheard.length);
  }

  /** Forget an ended task. @param {string} slot */
  clear(slot) {
    const task = this.#book.get(slot);
    if (task && !isActive(task)) this.#book.clear(task);
  }

  /** Forget all ended tasks. */
  clearEnded() {
    for (const { slot } of this.tasks) this.clear(slot);
  }

  /**
   * Ask the server what it knows of a show: running jobs become tasks, ended ones fire "ended", the oldest first.
   * @param {string} showId @returns {Promise<Job[]>} all of them
   */
  recover(showId) {
    return this.#recovery.recover(showId, this.#life.signal);
  }

  /**
   * Ask the server once what runs for any of some shows, such as all of this browser's: it becomes tasks.
   * @param {() => Promise<Set<string>>} ours  Their ids, asked for only when something runs. @returns {Promise<void>}
   */
  recoverRunning(ours) {
    return this.#recovery.recoverRunning(ours, this.#life.signal);
  }

  /** Fire "job" for the news of every job until the returned function is called. @returns {() => void} */
  watchAll() {
    const watching = new AbortController();
    watching.signal.addEventListener("abort", () => this.#watch(-1), { once: true });
    this.#watch(1);
    return () => watching.abort();
  }

  /** @param {number} more */
  #watch(more) {
    this.#watchers += more;
    this.#feed.changed();
  }

  /** @param {Task} task */
  #resume(task) {
    this.#log.say(task, "resumed");
    if (task.phase === "sending") this.#maker.resume(task);
    else if (task.canceling) this.#maker.stop(task.jobId);
    else this.#feed.look(task.jobId);
  }

  /** @param {Job} job */
  #hear(job) {
    if (this.#watchers) this.#fire("job", { job });
    this.#book.hear(job);
  }

  /**
   * A task has changed, by our doing or another tab's.
   * @param {Task} task @param {Task | null} was @param {boolean} isTheirs
   */
  #changed(task, was, isTheirs) {
    this.#log.changed(task, was, isTheirs);
    this.#fire("task", { task, was });
    if (task.job?.done && task.phase !== "cleared") this.#tellEnd(task.job, false);
    this.#maker.changed(task.slot);
    const isOther = task.since !== was?.since || task.phase !== was.phase;
    if (isTheirs && isOther && task.phase === "sending") this.#maker.resume(task, true);
    if (isTheirs && isOther && task.phase === "active") this.#feed.look(task.jobId);
    const wasStopped = was?.phase === "active" && was.canceling;
    if (task.phase === "active" && task.canceling && !wasStopped) this.#maker.stop(task.jobId);
    this.#feed.changed();
    this.#sweepLater();
  }

  /** @param {Job} job @param {boolean} recovered */
  #tellEnd(job, recovered) {
    if (this.#ended.has(job.jobId)) return;
    if (this.#ended.size >= MOST_REMEMBERED) this.#ended.clear();
    this.#ended.add(job.jobId);
    this.#fire("ended", { job, recovered });
  }

  /** @param {AbortSignal} signal */
  async #probe(signal) {
    try {
      await this.#connection.call((during) => this.#api.alive(during), signal);
    } catch (error) {
      if (!(error instanceof Refused || signal.aborted)) throw error;
    }
  }

  #lock() {
    if (this.#isLocked) return;
    this.#isLocked = true;
    this.#fire("unauthorized", null);
  }

  #sweepLater() {
    if (this.#sweeping !== null || !this.#isRunning || this.tasks.every(isActive)) return;
    const sweep = () => {
      this.#sweeping = null;
      this.#book.sweep();
      this.#sweepLater();
    };
    this.#sweeping = this.#world.setTimeout(sweep, SWEEP_MS);
  }

  /** @param {string} type @param {unknown} detail */
  #fire(type, detail) {
    this.dispatchEvent(new CustomEvent(type, { detail }));
  }
}

/** @param {Task} task */
function followed({ jobId, showId, job }) {
  return { jobId, showId, isQueued: job?.status === "starting" };
}
