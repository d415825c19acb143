/** Pictures and clips that did not load: whether they are gone for good, and when to try again. */

const FIRST_PAUSE_MS = 4_000;
const LONGEST_PAUSE_MS = 5 * 60_000;

/**
 * Whether a file that did not load can still be had; null when nobody can say just now. Files of other origins cannot
 * be asked about: they are taken to be there.
 *
 * @param {string} url
 */
export async function isKept(url) {
  if (new URL(url, location.href).origin !== location.origin) return true;
  try {
    const answer = await fetch(url, { method: "HEAD", cache: "no-store" });
    return answer.ok || (answer.status !== 404 && answer.status !== 410 ? null : false);
  } catch {
    return null;
  }
}

/** How many milliseconds to wait after so many failures: an outage may be over before anybody has noticed it. @param {number} failures */
export function pauseAfter(failures) {
  return Math.min(LONGEST_PAUSE_MS, FIRST_PAUSE_MS * 2 ** (failures - 1));
}
