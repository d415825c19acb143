/** One tab of many keeps the connection: the one that holds a lock. The others hear of it by a channel. */

import { Bell, rest } from "./world.js";

/** @import { World } from "./world.js" */

const PING_MS = 400;
const MOST_UNANSWERED = 5;

/**
 * @typedef {object} Parts
 * @property {World} world
 * @property {string} name
 * @property {() => boolean} isShared  Whether tabs know of each other's tasks; each keeps its own connection if not.
 * @property {(signal: AbortSignal) => Promise<void>} lead  What the leader does, until the signal is aborted.
 * @property {(message: any) => void} hear  A message of another tab.
 * @property {() => object | null} wish  What a follower asks of the leader, null for nothing.
 */

export class Leader {
  #parts;
  /** @type {BroadcastChannel | null} */
  #channel = null;
  #isLeading = false;
  #isAsleep = false;
  #awoken = new Bell();
  #stirred = new Bell();
  #unanswered = 0;
  #term = new AbortController();

  /** @param {Parts} parts */
  constructor(parts) {
    this.#parts = parts;
  }

  get isLeading() {
    return this.#isLeading;
  }

  /** Whether no other tab hears of it. */
  get isAlone() {
    return this.#channel === null;
  }

  /** Lead or follow until the signal is aborted. @param {AbortSignal} signal */
  async run(signal) {
    const { world, name } = this.#parts;
    this.#channel = world.locks && this.#parts.isShared() ? world.channel(name) : null;
    this.#channel?.addEventListener("message", (event) => this.#told(event.data), { signal });
    const sleep = () => this.#sleep(true);
    const wake = () => this.#sleep(false);
    for (const event of ["freeze", "pagehide"]) world.listen(event, sleep, signal);
    for (const event of ["resume", "pageshow"]) world.listen(event, wake, signal);
    try {
      await Promise.all([this.#campaign(signal), this.#ping(signal)]);
    } catch (error) {
      if (!signal.aborted) throw error;
    } finally {
      this.#channel?.close();
      this.#channel = null;
    }
  }

  /** Tell all other tabs. @param {object} message */
  post(message) {
    this.#channel?.postMessage(message);
  }

  /** What is wished may have changed, or whether tabs know of each other's tasks. */
  stir() {
    if (this.#channel && !this.#parts.isShared()) {
      this.#channel.close();
      this.#channel = null;
      this.#term.abort(); // to go on alone
    }
    this.#stirred.ring();
  }

  /** @param {AbortSignal} signal */
  async #campaign(signal) {
    const { world, name } = this.#parts;
    for (let isRobbing = false; !signal.aborted;) {
      while (this.#isAsleep) await rest(world, Infinity, signal, this.#awoken);
      const term = (this.#term = new AbortController());
      const end = () => term.abort();
      signal.addEventListener("abort", end, { once: true });
      const options = isRobbing ? { steal: true } : { signal: term.signal };
      try {
        if (this.#channel && world.locks) await world.locks.request(name, options, () => this.#lead(term.signal));
        else await this.#lead(term.signal);
      } catch (error) {
        if (/** @type {Error} */ (error).name !== "AbortError") throw error;
      }
      term.abort(); // another tab may have taken the lock out of our hands
      signal.removeEventListener("abort", end);
      isRobbing = this.#unanswered > MOST_UNANSWERED;
      this.#unanswered = 0;
      this.#stirred.ring();
    }
  }

  /** @param {AbortSignal} signal */
  async #lead(signal) {
    if (signal.aborted) return;
    this.#isLeading = true;
    try {
      await this.#parts.lead(signal);
    } catch (error) {
      if (!signal.aborted) throw error;
    } finally {
      this.#isLeading = false;
    }
  }

  /** A frozen tab would keep the lock and do nothing for it. @param {boolean} isAsleep */
  #sleep(isAsleep) {
    this.#isAsleep = isAsleep;
    if (isAsleep) this.#term.abort();
    else this.#awoken.ring();
  }

  /**
   * Followers ask after the leader's health, for a browser may freeze it without a word. Its timers may be slowed down
   * when nobody looks at it, but it answers messages.
   * @param {AbortSignal} signal
   */
  async #ping(signal) {
    const { world, wish } = this.#parts;
    for (;;) {
      const wished = this.#isLeading || !this.#channel ? null : wish();
      if (!wished) this.#unanswered = 0;
      else if (this.#unanswered > MOST_UNANSWERED && world.isVisible()) this.#term.abort();
      else {
        this.#unanswered += 1;
        this.post({ ping: wished });
      }
      if (wished) await rest(world, PING_MS, signal);
      else await rest(world, Infinity, signal, this.#stirred);
    }
  }

  /** @param {any} message */
  #told(message) {
    if (!message.ping) this.#unanswered = 0; // only the leader has anything else to say
    this.#parts.hear(message);
  }
}
