/** The tasks of this browser. */

/**
 * The name of what can be made once at a time: a character's portrait, or its clip.
 * @param {string} showId
 * @param {string} characterId
 * @param {import("./types.js").Kind} kind
 */
export function slotOf(showId, characterId, kind) {
  return [showId, characterId, kind].map((part) => part.replace(/[%/]/g, encodeURIComponent)).join("/");
}
