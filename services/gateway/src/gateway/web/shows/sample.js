/** The sample show: what a browser that was never here finds, so that its first picture is one click away. */

import { randomLetters } from "./naming.js";

const NAME = "low-tide-hotel";
const PLACE = "greenroom.sample";

/**
 * On the very first visit, add the sample show and name it in the address, unless that names a view already.
 *
 * @param {import("./store.js").ShowStore} shows
 */
export async function welcome(shows) {
  try {
    if (!(await shows.isFirstVisit())) return;
    const id = await shows.addFirst(await sampleDocuments());
    if (id && location.hash === "") history.replaceState(null, "", `#/shows/${id}`);
  } catch (error) {
    console.info("[greenroom] The sample show could not be added; the library offers it again.", error);
  }
}

/** The sample's documents, to be added; rejects when the server does not give them. */
export async function sampleDocuments() {
  const answer = await fetch(new URL("../sample.json", import.meta.url));
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
