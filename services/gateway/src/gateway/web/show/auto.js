/** Auto-generate: what a show that has it switched on makes by itself when it is opened. */

import { isActive, lineOf, slotOf } from "../client/index.js";

/** @import { Task } from "../client/types.js" */

/**
 * Ask the server what it knows of the show, and then say whose portraits to make: nobody's that has one, nor is being
 * made, nor was ever asked for. The last holds for one that failed or was canceled, however long ago: what did not work
 * is paid for again only when somebody says so.
 *
 * @param {import("../shell/app.js").App} app
 * @param {() => import("../shows/store.js").Show} current
 * @returns {Promise<import("../shows/store.js").Character[]>}
 */
export async function unasked({ greenroom }, current) {
  const { id } = current();
  const jobs = await greenroom.recover(id);
  const known = jobs.filter(({ kind }) => kind === "portrait").map(({ characterId }) => characterId);
  const { settings, characters, outputs } = current();
  if (!settings.autoGenerate) return [];
  const asked = new Set([...(settings.asked ?? []), ...known]);
  const missing = characters.filter((character) => !outputs[character.id]?.portrait);
  return missing.filter((character) => {
    const task = greenroom.task(slotOf(id, character.id, "portrait"));
    const isSkipped = task !== null || asked.has(character.id);
    if (isSkipped) tell(character, task);
    return !isSkipped;
  });
}

/** Say in the console why nothing is made. @param {import("../shows/store.js").Character} character @param {Task | null} task */
function tell({ name }, task) {
  const who = task ?? { characterName: name, kind: /** @type {const} */ ("portrait"), jobId: "", retryOf: null };
  console.info(lineOf(who, isActive(task) ? "skipped (duplicate)" : "skipped (asked for before)"));
}
