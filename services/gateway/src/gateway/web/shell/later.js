/** Parts of the page that come when they are first wanted: ahead of that where there is time, and never in silence. */

import { ask } from "./dialog.js";
import { h } from "./dom.js";

/**
 * Load a part. Where the server does not answer, that is said, and it can be tried again.
 *
 * @template T
 * @param {() => Promise<T>} load
 * @returns {Promise<T | null>} null when nobody wants it any more
 */
export async function part(load) {
  try {
    return await load();
  } catch {
    return ask({
      title: "This is still to come from the server",
      body: [h("p", {}, "It does not answer just now. Nothing is lost: what was accepted goes on by itself.")],
      done: "Try again",
      submit: () => load().catch(() => Promise.reject(new Error("The server still does not answer."))),
    });
  }
}

/**
 * Fetch parts while nobody waits for them, so that they are there even when the server is away.
 *
 * @param {...() => Promise<unknown>} loads
 */
export function fetchAhead(...loads) {
  const whenIdle = globalThis.requestIdleCallback ?? setTimeout;
  // What cannot be had now is asked for again when it is wanted.
  whenIdle(() => loads.forEach((load) => load().catch(() => {})));
}
