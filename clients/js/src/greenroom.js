/** The client itself: one object that makes, follows and remembers. */

import { Api } from "./api.js";

/** @import { Ask, ConnectionState, Options, Task } from "./types.js" */

/**
 * Fires, each with its `detail`:
 * - "task" `{task, was}` at every change of a task; `was` is null for a new one, `task.phase` "cleared" for one gone
 * - "ended" `{job, recovered}` once for each end that it learns of, also in `recover`
 * - "job" `{job}` for every job's news, foreign ones too, while `watchAll` is on
 * - "connection" `{state, trouble}`
 * - "unauthorized" when the server wants a key, or another one
 */
export class Greenroom extends EventTarget {
  #api;
  /** @type {Map<string, Task>} */
  #tasks = new Map();

  /** @param {Options} [options] */
  constructor({ base = "/", key = null, fetch = globalThis.fetch } = {}) {
    super();
    this.#api = new Api({ base, key, fetch, onUnauthorized: () => this.dispatchEvent(new CustomEvent("unauthorized")) });
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
  }

  /** All tasks, newest first. @returns {readonly Task[]} */
  get tasks() {
    return [...this.#tasks.values()];
  }

  /** @param {string} slot @returns {Task | null} */
  task(slot) {
    return this.#tasks.get(slot) ?? null;
  }

  /** @returns {ConnectionState} */
  get connection() {
    return { state: "live", trouble: null };
  }

  /** Read what is stored, go on with what is active; resolves once it is read. */
  async start() {}

  stop() {}

  /** Make a character's portrait or clip, unless one is being made: then that task is returned. @param {Ask} ask @returns {Task} */
  make(ask) {
    throw new Error(`not there yet: ${ask.kind}`);
  }

  /** Stop a slot's job. Never rejects for "too late". @param {string} slot @returns {Promise<void>} */
  async cancel(slot) {
    void slot;
  }

  /** Make a failed or canceled job again. @param {string} slot @param {{customPrompt?: string}} [wish] @returns {Task} */
  retry(slot, wish = {}) {
    throw new Error(`not there yet: ${slot} ${wish.customPrompt}`);
  }

  /** Make all failed jobs again; resolves with how many. @param {{showId?: string}} [which] @returns {Promise<number>} */
  async retryAllFailed(which = {}) {
    return which.showId ? 0 : 0;
  }

  /** Forget an ended task. @param {string} slot */
  clear(slot) {
    this.#tasks.delete(slot);
  }

  /** Forget all ended tasks. */
  clearEnded() {}

  /** Ask the server what it knows of a show: running jobs become tasks, ended ones fire "ended". @param {string} showId @returns {Promise<void>} */
  async recover(showId) {
    void showId;
  }

  /** Fire "job" for the news of every job until the returned function is called. @returns {() => void} */
  watchAll() {
    return () => {};
  }
}
