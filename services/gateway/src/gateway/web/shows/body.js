/** The documents of a task, for a job that has to be sent again after the page was left. */

/**
 * @param {import("./store.js").ShowStore} shows
 * @param {{showId: string, characterId: string}} task
 * @returns {Promise<{show: object, character: object}>} rejects when the show or the character was deleted meanwhile
 */
export async function bodyOf(shows, { showId, characterId }) {
  const found = await shows.get(showId);
  const character = found?.characters.find(({ id }) => id === characterId);
  if (!found || !character) throw new Error("The show or the character was deleted before this was sent.");
  return { show: found.show, character: character.document };
}
