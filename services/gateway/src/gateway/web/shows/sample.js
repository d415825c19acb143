/** The sample show: what a browser that was never here finds, so that its first picture is one click away. */

import { randomLetters } from "./naming.js";

const NAME = "low-tide-hotel";
const PLACE = "greenroom.sample";
/** How long the page waits for its sample before it opens without. */
const WELCOME_MS = 8_000;
const ANSWER_MS = 15_000;

/**
 * On the very first visit, add the sample show and name it in the address, unless that names a view already. Neither a
 * server nor a database that does not answer holds the page up: it opens in the library then.
 *
 * @param {import("./store.js").ShowStore} shows
 * @param {number} [patience] milliseconds
 */
export async function welcome(shows, patience = WELCOME_MS) {
  const late = AbortSignal.timeout(patience);
  const tooLate = new Promise((resolve) => late.addEventListener("abort", resolve));
  await Promise.race([addSample(shows, late), tooLate]);
}

/** @param {import("./store.js").ShowStore} shows @param {AbortSignal} late */
async function addSample(shows, late) {
  try {
    if (!(await shows.isFirstVisit())) return;
    const id = await shows.addFirst(await sampleDocuments(late));
    if (id && !late.aborted && location.hash === "") history.replaceState(null, "", `#/shows/${id}`);
  } catch (error) {
    console.info("[greenroom] The sample show could not be added; the library offers it again.", error);
  }
}

/** The sample's documents, to be added; rejects when the server does not give them in time. @param {AbortSignal} [signal] */
export async function sampleDocuments(signal = AbortSignal.timeout(ANSWER_MS)) {
  const answer = await fetch(new URL("../sample.json", import.meta.url), { signal });
  if (!answer.ok) throw new Error(`The server answered ${answer.status} when asked for the sample show.`);
  const { show, characters } = await answer.json();
  const members = characters.map((/** @type {any} */ document) => ({ id: document.character_id, document }));
  return { id: sampleId(), show, characters: members };
}

/** The same one each time for this browser: without a database its show is made anew, and finds its jobs again. */
function sampleId() {
  const fresh = `${NAME}-${randomLetters()}`;
  try {
    const kept = localStorage.getItem(PLACE);
    if (!kept) localStorage.setItem(PLACE, fresh);
    return kept ?? fresh;
  } catch {
    return fresh; // storage is forbidden here
  }
}
