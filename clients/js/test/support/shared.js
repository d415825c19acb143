/** What the tabs of a browser share: storage, channels, locks. Each as far as the client uses it. */

/** @import { Browser, Tab } from "./browser.js" */

export class FakeStorage {
  /** @type {Map<string, string>} */
  entries = new Map();
  isFull = false;
  #browser;

  /** @param {Browser} browser */
  constructor(browser) {
    this.#browser = browser;
  }

  /** @param {Tab} tab @returns {import("../../src/types.js").TaskStorage} */
  seenBy(tab) {
    const { entries } = this;
    const tell = (/** @type {string} */ key, /** @type {string | null} */ newValue) => {
      for (const other of this.#browser.tabs)
        if (other !== tab) queueMicrotask(() => other.fire("storage", { key, newValue }));
    };
    const write = (/** @type {string} */ key, /** @type {string} */ value) => {
      if (this.isFull) throw new Error("QuotaExceededError");
      if (entries.get(key) === value) return;
      entries.set(key, value);
      tell(key, value);
    };
    return {
      get length() {
        return entries.size;
      },
      key: (index) => [...entries.keys()][index] ?? null,
      getItem: (key) => entries.get(key) ?? null,
      setItem: write,
      removeItem: (key) => void (entries.delete(key) && tell(key, null)),
    };
  }
}

export class FakeChannel extends EventTarget {
  /** @param {string} name @param {Tab} tab @param {Browser} browser */
  constructor(name, tab, browser) {
    super();
    this.name = name;
    this.tab = tab;
    this.browser = browser;
    tab.channels.add(this);
  }

  /** @param {unknown} data */
  postMessage(data) {
    if (this.tab.isFrozen) return;
    const copy = structuredClone(data);
    const others = this.browser.tabs.filter((tab) => tab !== this.tab).flatMap((tab) => [...tab.channels]);
    for (const other of others.filter(({ name }) => name === this.name)) queueMicrotask(() => other.hear(copy));
  }

  /** @param {unknown} data */
  hear(data) {
    if (!this.tab.isFrozen && this.tab.channels.has(this)) this.dispatchEvent(new MessageEvent("message", { data }));
  }

  close() {
    this.tab.channels.delete(this);
  }
}

/** Web Locks, as far as the client uses them: exclusive ones, with `signal` and `steal`. */
export class FakeLocks {
  /** @type {Map<string, {owner: object, lose: (why: Error) => void}>} */
  #held = new Map();
  /** @type {{name: string, owner: object, grant: () => void}[]} */
  #queue = [];

  /** What one tab sees of them. */
  of() {
    const owner = {};
    const request = (
      /** @type {string} */ name,
      /** @type {{signal?: AbortSignal, steal?: boolean}} */ options,
      /** @type {() => Promise<unknown>} */ work,
    ) => this.#request(owner, name, options, work);
    return { request, releaseAll: () => this.#releaseAll(owner) };
  }

  /**
   * @param {object} owner @param {string} name @param {{signal?: AbortSignal, steal?: boolean}} options
   * @param {() => Promise<unknown>} work
   */
  #request(owner, name, { signal, steal }, work) {
    return new Promise((resolve, reject) => {
      const grant = () => {
        signal?.removeEventListener("abort", leave);
        const holding = { owner, lose: reject };
        this.#held.set(name, holding);
        const release = () => this.#held.get(name) === holding && (this.#held.delete(name), this.#next(name));
        Promise.resolve().then(work).then(resolve, reject).finally(release);
      };
      const waiting = { name, owner, grant };
      const leave = () => {
        this.#queue = this.#queue.filter((one) => one !== waiting);
        reject(signal?.reason);
      };
      if (signal?.aborted) return reject(signal.reason);
      signal?.addEventListener("abort", leave, { once: true });
      if (steal) {
        this.#held.get(name)?.lose(new DOMException("The lock was stolen", "AbortError"));
        grant();
      } else {
        this.#queue.push(waiting);
        this.#next(name);
      }
    });
  }

  /** @param {string} name */
  #next(name) {
    if (this.#held.has(name)) return;
    const waiting = this.#queue.find((one) => one.name === name);
    this.#queue = this.#queue.filter((one) => one !== waiting);
    waiting?.grant();
  }

  /** @param {object} owner */
  #releaseAll(owner) {
    this.#queue = this.#queue.filter((one) => one.owner !== owner);
    for (const [name, holding] of [...this.#held]) {
      if (holding.owner !== owner) continue;
      this.#held.delete(name);
      this.#next(name);
    }
  }
}
