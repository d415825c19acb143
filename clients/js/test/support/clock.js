/** Time that passes when a test says so. */

/** Let everything that is under way in this process go as far as it can. */
export async function settle(rounds = 8) {
  for (let round = 0; round < rounds; round += 1) await new Promise((resolve) => setImmediate(resolve));
}

/**
 * Wait until a condition holds; fails after a minute, for a machine may be busy.
 * @param {() => unknown} condition @param {string} [what]
 */
export async function until(condition, what = String(condition)) {
  const limit = performance.now() + 60_000;
  while (!condition()) {
    if (performance.now() > limit) throw new Error(`it never came true that ${what}`);
    await settle(1);
  }
}

export class Clock {
  /** Epoch milliseconds; may be set, as a user sets a clock: timers do not care. */
  wall = Date.parse("2026-11-24T10:00:00Z");
  #elapsed = 0;
  /** @type {{at: number, run: () => void, owner: unknown}[]} */
  #timers = [];

  /** @param {() => void} run @param {number} ms @param {unknown} owner */
  setTimeout(run, ms, owner) {
    const timer = { at: this.#elapsed + ms, run, owner };
    this.#timers.push(timer);
    return timer;
  }

  /** @param {any} timer */
  clearTimeout(timer) {
    this.#timers = this.#timers.filter((one) => one !== timer);
  }

  /** How many timers are set. */
  get pending() {
    return this.#timers.length;
  }

  /** Take away all timers of one owner: its tab is closed. @param {unknown} owner */
  drop(owner) {
    this.#timers = this.#timers.filter((one) => one.owner !== owner);
  }

  /**
   * Let time pass, each timer going off when it is due but for those of frozen owners. `calm` waits until nothing is
   * under way: time stands still meanwhile, however slow the machine.
   * @param {number} ms @param {(owner: any) => boolean} isFrozen @param {() => Promise<void>} calm
   */
  async advance(ms, isFrozen, calm) {
    const end = this.#elapsed + ms;
    for (;;) {
      await calm();
      const due = this.#timers.filter((one) => one.at <= end && !isFrozen(one.owner)).sort((a, b) => a.at - b.at)[0];
      if (!due) break;
      this.#pass(Math.max(due.at, this.#elapsed) - this.#elapsed);
      this.clearTimeout(due);
      due.run();
    }
    this.#pass(end - this.#elapsed);
    await calm();
  }

  /** @param {number} ms */
  #pass(ms) {
    this.#elapsed += ms;
    this.wall += ms;
  }
}
