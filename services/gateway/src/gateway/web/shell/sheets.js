/** Stylesheets that are fetched with the view that needs them, and rest while another is open. */

/** @type {Map<string, {link: HTMLLinkElement, there: Promise<void>}>} */
const sheets = new Map();

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
 * Let the sheets of some folders rest, or apply again: one view's rules must not reach into another's elements.
 *
 * @param {Iterable<string>} folders such as "queue"
 * @param {boolean} resting
 */
export function rest(folders, resting) {
  const wanted = new Set(folders);
  for (const [path, { link }] of sheets) {
    if (link.sheet && wanted.has(folderOf(path))) link.sheet.disabled = resting;
  }
}

/** @param {string} path */
export function folderOf(path) {
  return path.split("/")[0];
}

/** @param {string} path */
function fetched(path) {
  const link = document.createElement("link");
  const there = /** @type {Promise<void>} */ (
    new Promise((resolve) => {
      const done = () => resolve();
      const href = new URL(`../${path}`, import.meta.url).href;
      Object.assign(link, { rel: "stylesheet", href, onload: done, onerror: done });
    })
  );
  document.head.append(link);
  return { link, there };
}
