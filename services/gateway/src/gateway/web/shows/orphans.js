/** Tasks of characters that are no longer here: what is being made for them ends, and then there is nobody to retry it for. */

/** @import { Task } from "../client/types.js" */

/**
 * Clear such tasks as they end, and those that ended before.
 *
 * @param {import("../client/index.js").Greenroom} greenroom
 * @param {import("./store.js").ShowStore} shows
 */
export function clearOrphans(greenroom, shows) {
  const look = async (/** @type {Task} */ { slot, showId, characterId, endedAt, phase }) => {
    if (endedAt === null || phase === "cleared") return;
    try {
      // Shows that do not last are this tab's own, while tasks may be another's.
      if ((await shows.isLasting()) && !(await shows.has(showId, characterId))) greenroom.clear(slot);
    } catch (error) {
      console.info("[greenroom] This browser would not say whose task that was.", error);
    }
  };
  greenroom.addEventListener("task", (event) => look(/** @type {CustomEvent} */ (event).detail.task));
  for (const task of greenroom.tasks) look(task);
}
