/** What the client needs of the browser, in one place: tests put a clock and tabs of their own there. */

/**
 * @typedef {object} World
 * @property {() => number} now  Epoch milliseconds.
 * @property {() => number} random
 * @property {(run: () => void, ms: number) => unknown} setTimeout
 * @property {(timer: any) => void} clearTimeout
 * @property {LockManager | null} locks
 * @property {(name: string) => BroadcastChannel | null} channel
 * @property {() => boolean} isOnline
 * @property {() => boolean} isVisible
 * @property {(event: string, handle: (event: any) => void, signal: AbortSignal) => void} listen
 *   To an event of the window or the document.
 */

const LONGEST_TIMER_MS = 2 ** 31 - 1; // a longer one would go off at once

/** @returns {World} */
export function browserWorld() {
  const { navigator, document, BroadcastChannel } = globalThis;
  return {
    now: () => Date.now(),
    random: () => Math.random(),
    setTimeout: (run, ms) => setTimeout(run, ms),
    clearTimeout: (timer) => clearTimeout(timer),
    locks: navigator?.locks ?? null,
    channel: (name) => (BroadcastChannel ? new BroadcastChannel(name) : null),
    isOnline: () => navigator?.onLine !== false,
    isVisible: () => document?.visibilityState !== "hidden",
    // Capturing, since some of the document's events do not bubble up to the window.
    listen: (event, handle, signal) => globalThis.addEventListener?.(event, handle, { capture: true, signal }),
  };
}

/** Wakes whoever rests until it rings. */
export class Bell extends EventTarget {
  ring() {
    this.dispatchEvent(new Event("ring"));
  }
}

/**
 * Wait so long, or until one of the bells is rung; rejects with the signal's reason once it is aborted.
 * @param {World} world @param {number} ms @param {AbortSignal} signal @param {Bell[]} bells
 * @returns {Promise<void>}
 */
export function rest(world, ms, signal, ...bells) {
  return new Promise((resolve, reject) => {
    const over = new AbortController();
    const end = () => {
      world.clearTimeout(timer);
      over.abort();
      if (signal.aborted) reject(signal.reason);
      else resolve();
    };
    const timer = ms < Infinity ? world.setTimeout(end, Math.min(ms, LONGEST_TIMER_MS)) : undefined;
    for (const bell of bells) bell.addEventListener("ring", end, { signal: over.signal });
    signal.addEventListener("abort", end, { signal: over.signal });
    if (signal.aborted) end();
  });
}
