/** Auto-generate: what a show that has it switched on makes by itself when it is opened. */

import { slotOf } from "../client/index.js";

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
  return characters.filter(
    (character) => !asked.has(character.id) && !outputs[character.id]?.portrait && !greenroom.task(slotOf(id, character.id, "portrait")),
  );
}
