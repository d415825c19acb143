/** A browser with tabs: storage, locks and channels that they share, and clocks that a test moves. */

import { Greenroom } from "../../src/index.js";
import { Clock, settle, until } from "./clock.js";
import { FakeChannel, FakeLocks, FakeStorage } from "./shared.js";

export class Browser {
  clock = new Clock();
  storage = new FakeStorage(this);
  isOnline = true;
  /** Whether it has Web Locks: only secure pages do. */
  hasLocks = true;
  /** @type {Tab[]} */
  tabs = [];
  #locks = new FakeLocks();

  /** @param {string} origin  Where the server is. */
  constructor(origin) {
    this.origin = origin;
  }

  /**
   * Open a tab with a client in it; started unless told otherwise.
   * @param {Partial<import("../../src/types.js").Options> & {isStarted?: boolean}} [options]
   */
  async open({ isStarted = true, ...options } = {}) {
    const tab = new Tab(this, options, this.hasLocks ? this.#locks.of() : null);
    this.tabs.push(tab);
    if (isStarted) await tab.greenroom.start();
    return tab;
  }

  /** Let time pass for all tabs but the frozen ones. @param {number} ms */
  async pass(ms) {
    await this.clock.advance(
      ms,
      (tab) => tab?.isFrozen,
      () => this.calm(),
    );
  }

  /** Wait until nobody waits for an answer. */
  async calm() {
    for (let quiet = 0; quiet < 3; quiet += 1) {
      await settle();
      if (this.tabs.some((tab) => tab.waiting)) {
        await until(() => !this.tabs.some((tab) => tab.waiting), "no call is under way");
        quiet = -1;
      }
    }
  }

  /** @param {boolean} isOnline */
  turn(isOnline) {
    this.isOnline = isOnline;
    for (const tab of this.tabs) tab.fire(isOnline ? "online" : "offline");
  }

  closeAll() {
    for (const tab of [...this.tabs]) tab.close();
  }
}

export class Tab {
  isFrozen = false;
  isVisible = true;
  /** How many calls are under way, streams that have begun apart. */
  waiting = 0;
  /** What the console shows. @type {string[]} */
  lines = [];
  /** @type {{type: string, detail: any}[]} */
  events = [];
  #browser;
  #locks;
  #window = new EventTarget();
  #life = new AbortController();
  /** @type {Set<FakeChannel>} */
  channels = new Set();

  /** @param {Browser} browser @param {Partial<import("../../src/types.js").Options>} options @param {any} locks */
  constructor(browser, options, locks) {
    this.#browser = browser;
    this.#locks = locks;
    const { clock } = browser;
    const world = {
      now: () => clock.wall,
      random: () => 0.5,
      setTimeout: (/** @type {() => void} */ run, /** @type {number} */ ms) => clock.setTimeout(run, ms, this),
      clearTimeout: (/** @type {any} */ timer) => clock.clearTimeout(timer),
      locks,
      channel: (/** @type {string} */ name) => /** @type {any} */ (new FakeChannel(name, this, browser)),
      isOnline: () => browser.isOnline,
      isVisible: () => this.isVisible,
      listen: (/** @type {string} */ event, /** @type {any} */ handle, /** @type {AbortSignal} */ signal) =>
        this.#window.addEventListener(event, handle, { signal }),
    };
    this.greenroom = new Greenroom({
      base: `${browser.origin}/`,
      storage: browser.storage.seenBy(this),
      log: { info: (/** @type {string} */ line) => this.lines.push(line) },
      fetch: (input, init) => this.#fetch(input, init),
      bodyOf: () => documents(),
      ...options,
      world,
    });
    for (const type of ["task", "ended", "job", "connection", "unauthorized"]) {
      this.greenroom.addEventListener(type, (event) =>
        this.events.push({ type, detail: /** @type {CustomEvent} */ (event).detail }),
      );
    }
  }

  /** The details of all events of a type. @param {string} type */
  heard(type) {
    return this.events.filter((event) => event.type === type).map((event) => event.detail);
  }

  /** @param {string} name @param {object} [more] */
  fire(name, more = {}) {
    if (!this.isFrozen) this.#window.dispatchEvent(Object.assign(new Event(name), more));
  }

  /** @param {boolean} isVisible */
  show(isVisible) {
    this.isVisible = isVisible;
    this.fire("visibilitychange");
  }

  /**
   * Stop it as a browser does with tabs that nobody looks at.
   * @param {boolean} isAnnounced  Not every browser says so.
   */
  freeze(isAnnounced = false) {
    if (isAnnounced) this.fire("freeze");
    this.isFrozen = true;
  }

  /** Close it, as a crash does: without a word to the page. */
  close() {
    this.#browser.tabs = this.#browser.tabs.filter((tab) => tab !== this);
    this.#life.abort();
    this.#locks?.releaseAll();
    for (const channel of this.channels) channel.close();
    this.#browser.clock.drop(this);
    this.#window = new EventTarget();
    this.greenroom.stop();
  }

  /** @param {any} input @param {RequestInit} [init] */
  async #fetch(input, init = {}) {
    if (!this.#browser.isOnline || this.#life.signal.aborted) throw new TypeError("Failed to fetch");
    const signal = AbortSignal.any([this.#life.signal, ...(init.signal ? [init.signal] : [])]);
    this.waiting += 1;
    try {
      const answer = await fetch(input, { ...init, signal });
      if (answer.headers.get("content-type")?.startsWith("text/event-stream")) return answer;
      return new Response(answer.status === 204 ? null : await answer.arrayBuffer(), answer);
    } finally {
      this.waiting -= 1;
    }
  }
}

/** What a page has of a character. */
export function documents() {
  return { show: { show_title: "Low Tide Hotel" }, character: { character: "Mira Okonjo" } };
}

/** Ask for a character's portrait. @param {object} [more] */
export function ask(more = {}) {
  const who = { kind: /** @type {const} */ ("portrait"), showId: "low-tide", characterId: "mira" };
  return { ...who, characterName: "Mira Okonjo", showTitle: "Low Tide Hotel", body: documents(), ...more };
}
