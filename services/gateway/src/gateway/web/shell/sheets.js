/** Stylesheets that are fetched with the view that needs them, and rest while another is open. */

/** @type {Map<string, {link: HTMLLinkElement, there: Promise<void>}>} */
const sheets = new Map();
/** Folders whose sheets do not apply just now. @type {Set<string>} */
const resting = new Set();

/**
 * Have a stylesheet in the page, fetched once.
 *
 * @param {string} path from the page's folder, such as "queue/queue.css"
 * @returns {Promise<void>} resolved when it is applied, or could not be had: a view without its looks is still a view
 */
export function stylesheet(path) {
  const known = sheets.get(path) ?? fetched(path);
  sheets.set(path, known);
  return known.there;
}

/**
 * Let the sheets of some folders rest, or apply again: one view's rules must not reach into another's elements. It goes
 * for those, too, that are still to come.
 *
 * @param {Iterable<string>} folders such as "queue"
 * @param {boolean} isResting
 */
export function rest(folders, isResting) {
  for (const folder of folders) isResting ? resting.add(folder) : resting.delete(folder);
  for (const path of sheets.keys()) settle(path);
}

/** @param {string} path */
export function folderOf(path) {
  return path.split("/")[0];
}

/** @param {string} path */
function settle(path) {
  const { sheet } = sheets.get(path)?.link ?? {};
  if (sheet) sheet.disabled = resting.has(folderOf(path));
}

/** @param {string} path */
function fetched(path) {
  const link = document.createElement("link");
  const there = /** @type {Promise<void>} */ (
    new Promise((resolve) => {
      const onload = () => resolve(settle(path));
      const onerror = () => {
        sheets.delete(path); // to be fetched again when it is wanted again
        link.remove();
        resolve();
      };
      Object.assign(link, { rel: "stylesheet", href: new URL(`../${path}`, import.meta.url).href, onload, onerror });
    })
  );
  document.head.append(link);
  return { link, there };
}
