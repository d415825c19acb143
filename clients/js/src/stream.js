/** One stream of events, from its opening to its end, whichever way it ends. */

import { Away, Refused } from "./api.js";
import { EventParser } from "./sse.js";

/** @import { ServerEvent } from "./sse.js" */
/** @import { World } from "./world.js" */

const OPEN_MS = 10_000;
const SILENCE_MS = 40_000;
const RETRY_MS = 3_000;

/**
 * @typedef {object} Ending
 * @property {boolean} wasLive  Whether it told all that was missed.
 * @property {boolean} isHopeless  Whether streams cannot be had here, as it seems: then it pays to ask seldom.
 * @property {number} retryMs  How soon to connect again.
 * @property {number | null} retryAfterMs  Not before this, if the server said so.
 */

/**
 * Listen until the stream ends, breaks, falls silent or the signal is aborted; never rejects for any of these.
 * @param {object} how
 * @param {import("./api.js").Api} how.api
 * @param {World} how.world
 * @param {string | null} how.showId  Null for all.
 * @param {string | null} how.lastId  What was heard last.
 * @param {(event: ServerEvent) => void} how.told
 * @param {(lastId: string) => void} how.reached  Everything up to here has been told.
 * @param {AbortSignal} signal
 * @returns {Promise<Ending>}
 */
export async function listen({ api, world, showId, lastId, told, reached }, signal) {
  const ending = {
    wasLive: false,
    isHopeless: false,
    retryMs: RETRY_MS,
    retryAfterMs: /** @type {number | null} */ (null),
  };
  const silence = new AbortController();
  const grow = () => silence.abort();
  let timer = world.setTimeout(grow, OPEN_MS);
  const parser = new EventParser();
  let isOpen = false;
  try {
    const answer = await api.events({ showId, lastId }, AbortSignal.any([signal, silence.signal]));
    if (!isStream(answer)) throw new Refused(answer.status, { error: "No stream of events can be had here." });
    for await (const text of texts(answer)) {
      isOpen = true;
      world.clearTimeout(timer);
      timer = world.setTimeout(grow, SILENCE_MS);
      for (const event of parser.push(text)) {
        told(event);
        ending.wasLive ||= event.type === "hello";
      }
      if (parser.lastId) reached(parser.lastId);
    }
  } catch (error) {
    if (error instanceof Away) ending.retryAfterMs = error.retryAfterMs;
    else if (!(error instanceof Refused || signal.aborted || silence.signal.aborted)) throw error;
    // A proxy that holds back what it is to pass on will do so the next time, too.
    ending.isHopeless = error instanceof Refused || (silence.signal.aborted && !isOpen);
  } finally {
    world.clearTimeout(timer);
  }
  return { ...ending, retryMs: parser.retryMs ?? RETRY_MS };
}

/** @param {Response} answer */
function isStream({ status, headers }) {
  return status === 200 && /^text\/event-stream\b/i.test(headers.get("Content-Type") ?? "");
}

/**
 * The pieces of an answer's body as text, a byte order mark left out; rejects with `Away` when it breaks.
 * @param {Response} answer
 */
async function* texts(answer) {
  const reader = /** @type {ReadableStream<Uint8Array>} */ (answer.body).getReader();
  const decoder = new TextDecoder();
  try {
    for (;;) {
      const { done, value } = await reader.read().catch(broken);
      if (done) return;
      yield decoder.decode(value, { stream: true });
    }
  } finally {
    reader.cancel().catch(() => {}); // nobody reads it any more, whatever state it is in
  }
}

/** @returns {never} */
function broken() {
  throw new Away("The stream of events broke.");
}
