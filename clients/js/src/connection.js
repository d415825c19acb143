/** How calls get through: when to ask again while the server is away, and what to tell people meanwhile. */

import { Away, Unauthorized } from "./api.js";
import { Bell, rest } from "./world.js";

/** @import { ConnectionState } from "./types.js" */
/** @import { World } from "./world.js" */

const FIRST_PAUSE_MS = 1_000;
const LONGEST_PAUSE_MS = 10_000;
const SPREAD_MS = 1_000;

/** Carries calls through the server's absences. Fires "change" when `state` or `trouble` does. */
export class Connection extends EventTarget {
  /** Rung when it is worth trying again: back online, looked at, or somebody was answered. */
  news = new Bell();
  #keys = new Bell();
  #world;
  /** What each caller that waits was told. @type {Map<symbol, Away | Unauthorized>} */
  #waiting = new Map();
  #isLive = true;
  #shown;

  /** @param {World} world */
  constructor(world) {
    super();
    this.#world = world;
    this.#shown = JSON.stringify(this.now);
  }

  /** Notice the browser's own news until the signal is aborted. @param {AbortSignal} signal */
  begin(signal) {
    const look = () => this.#world.isVisible() && this.news.ring();
    for (const event of ["online", "visibilitychange", "pageshow"]) this.#world.listen(event, look, signal);
  }

  /** @returns {ConnectionState} */
  get now() {
    const told = [...this.#waiting.values()];
    if (told.length && !this.#world.isOnline()) return { state: "offline", trouble: "This device is offline." };
    const away = told.filter((error) => !(error instanceof Away && error.isOverLimit)).at(-1);
    if (away) return { state: "away", trouble: away.message };
    return { state: this.#isLive ? "live" : "polling", trouble: told.at(-1)?.message ?? null };
  }

  /** Say whether news comes by itself, or has to be asked for. @param {boolean} isLive */
  set isLive(isLive) {
    this.#isLive = isLive;
    this.#tell();
  }

  get isLive() {
    return this.#isLive;
  }

  /** There is another key: whoever was refused may try again. */
  unlock() {
    this.#keys.ring();
    this.news.ring();
  }

  /**
   * The answer of `ask`, asked again for as long as the server is away or wants another key.
   * @template T
   * @param {(signal: AbortSignal) => Promise<T>} ask
   * @param {AbortSignal} signal
   * @param {Bell[]} bells  Each wakes it whatever it waits for.
   */
  async call(ask, signal, ...bells) {
    const caller = Symbol("caller");
    try {
      for (let failures = 0; ; failures += 1) {
        try {
          return await ask(signal);
        } catch (error) {
          if (!(error instanceof Away || error instanceof Unauthorized)) throw error;
          this.#note(caller, error);
          await this.#pause(error, failures, signal, bells);
        }
      }
    } finally {
      this.#note(caller, null);
    }
  }

  /** @param {Away | Unauthorized} error @param {number} failures @param {AbortSignal} signal @param {Bell[]} bells */
  #pause(error, failures, signal, bells) {
    if (error instanceof Unauthorized) return rest(this.#world, Infinity, signal, this.#keys, ...bells);
    const chance = this.#world.random();
    if (error.retryAfterMs !== null) {
      // A time we were given is kept; not to the moment, since all the others were given it too.
      return rest(this.#world, error.retryAfterMs + chance * SPREAD_MS, signal, ...bells);
    }
    const longest = Math.min(LONGEST_PAUSE_MS, FIRST_PAUSE_MS * 2 ** failures);
    return rest(this.#world, longest * (0.5 + chance / 2), signal, this.news, ...bells);
  }

  /** @param {symbol} caller @param {Away | Unauthorized | null} error */
  #note(caller, error) {
    const recovered = error === null && this.#waiting.delete(caller);
    if (error !== null) this.#waiting.set(caller, error);
    this.#tell();
    if (recovered) this.news.ring(); // one got an answer, so the others may try
  }

  #tell() {
    const shown = JSON.stringify(this.now);
    if (shown === this.#shown) return;
    this.#shown = shown;
    this.dispatchEvent(new Event("change"));
  }
}
