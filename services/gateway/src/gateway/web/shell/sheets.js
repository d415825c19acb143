/** Stylesheets that are fetched with the view that needs them. */

/**
 * Have a stylesheet in the page, fetched once.
 *
 * @param {string} path from the page's folder, such as "queue/queue.css"
 * @returns {Promise<void>} resolved when it is applied, or could not be had: a view without its looks is still a view
 */
export function stylesheet(path) {
  const href = new URL(`../${path}`, import.meta.url).href;
  const links = [...document.querySelectorAll("link")];
  if (links.some((link) => link.href === href && link.dataset.loaded)) return Promise.resolve();
  return new Promise((resolve) => {
    const link = document.createElement("link");
    const done = () => {
      link.dataset.loaded = "yes";
      resolve();
    };
    Object.assign(link, { rel: "stylesheet", href, onload: done, onerror: done });
    document.head.append(link);
  });
}
