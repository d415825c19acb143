/** When to ask: the rhythm of polling, and what to do while the server is away. */

import { Away } from "./api.js";

const VISIBLE_MS = 1_000;
const HIDDEN_MS = 5_000;
const FIRST_PAUSE_MS = 1_000;
const LONGEST_PAUSE_MS = 10_000;

/** Carries calls through the server's absences. Fires "change" when `trouble` changes. */
export class Connection extends EventTarget {
  #waiting = new Map();
  #news = new EventTarget();

  constructor() {
    super();
    addEventListener("online", () => this.#wake("look"));
    document.addEventListener("visibilitychange", () => document.hidden || this.#wake("look"));
  }

  /** Why the server is away, in words; null while all is well. */
  get trouble() {
    return [...this.#waiting.values()].at(-1) ?? null;
  }

  /** The answer of `ask(signal)`, asked again for as long as it rejects with `Away`. */
  async call(ask, signal) {
    const caller = Symbol("caller");
    try {
      for (let failures = 0; ; failures += 1) {
        try {
          return await ask(signal);
        } catch (error) {
          if (!(error instanceof Away)) throw error;
          this.#note(caller, error.message);
          await this.#pause(error.retryAfter, failures, signal);
        }
      }
    } finally {
      this.#note(caller, null);
    }
  }

  /** Wait until the next poll is due: a second while somebody looks, five while nobody does. */
  async beat(signal) {
    await this.#rest(document.hidden ? HIDDEN_MS : VISIBLE_MS, ["look"], signal);
  }

  #pause(retryAfter, failures, signal) {
    if (retryAfter !== null) return this.#rest(retryAfter * 1_000, [], signal); // a time we were given is kept
    const longest = Math.min(LONGEST_PAUSE_MS, FIRST_PAUSE_MS * 2 ** failures);
    return this.#rest(longest * (0.5 + Math.random() / 2), ["look", "through"], signal);
  }

  #note(caller, message) {
    const before = this.trouble;
    const recovered = message === null && this.#waiting.delete(caller);
    if (message !== null) this.#waiting.set(caller, message);
    if (this.trouble !== before) this.dispatchEvent(new Event("change"));
    if (recovered) this.#wake("through"); // one got an answer, so the others may try
  }

  #wake(why) {
    this.#news.dispatchEvent(new Event(why));
  }

  /** Wait, at most until one of the `wakers` happens; rejects with the signal's reason once it is aborted. */
  #rest(ms, wakers, signal) {
    return new Promise((resolve, reject) => {
      const over = new AbortController();
      const end = () => {
        clearTimeout(timer);
        over.abort();
        if (signal?.aborted) reject(signal.reason);
        else resolve();
      };
      const timer = setTimeout(end, ms);
      for (const waker of wakers) this.#news.addEventListener(waker, end, { signal: over.signal });
      signal?.addEventListener("abort", end, { signal: over.signal });
      if (signal?.aborted) end();
    });
  }
}
