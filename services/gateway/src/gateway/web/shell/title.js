/** The tab's title: the view's name, and before it how many pictures and clips came while nobody looked at the tab. */

let name = document.title;
let unseen = 0;

/** @param {string} view what the open view is called */
export function entitle(view) {
  name = `${view} · Greenroom`;
  show();
}

/** Count what is made while the tab is in the background, until it is looked at. @param {EventTarget} greenroom */
export function countUnseen(greenroom) {
  greenroom.addEventListener("ended", (event) => {
    const { job, recovered } = /** @type {CustomEvent} */ (event).detail;
    if (document.hidden && !recovered && job.status === "succeeded") unseen += 1;
    show();
  });
  document.addEventListener("visibilitychange", () => {
    if (!document.hidden) unseen = 0;
    show();
  });
}

function show() {
  document.title = unseen ? `(${unseen}) ${name}` : name;
}
