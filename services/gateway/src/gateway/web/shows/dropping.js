/** JSON dropped or pasted anywhere on the page, whichever view is open. Reading it is loaded when there is some. */

import { h } from "../shell/dom.js";
import { part } from "../shell/later.js";

const TAKEN = ["Files", "text/plain"];
const asking = () => import("./new_show.js");
const FIELDS = "input, textarea, select, [contenteditable]";

/** @param {import("../shell/app.js").App} app */
export function watchDrops(app) {
  const sign = h(
    "div",
    { class: "drop", "aria-hidden": "true", hidden: true },
    h("p", {}, h("strong", {}, "Let go to add it"), " A show’s JSON, characters, or several files at once"),
  );
  document.body.append(sign);
  let ours = false;
  addEventListener("dragstart", () => (ours = true));
  addEventListener("dragend", () => (ours = false));
  const wanted = (/** @type {DragEvent} */ { target, dataTransfer }) =>
    !ours && !inField(target) && Boolean(dataTransfer?.types.some((type) => TAKEN.includes(type)));

  addEventListener("dragover", (event) => {
    sign.hidden = !wanted(event);
    if (sign.hidden) return;
    event.preventDefault(); // or the browser would open the file instead of the page
    /** @type {DataTransfer} */ (event.dataTransfer).dropEffect = "copy";
  });
  addEventListener("dragleave", (event) => {
    if (!event.relatedTarget) sign.hidden = true;
  });
  addEventListener("drop", (event) => {
    sign.hidden = true;
    if (!wanted(event)) return;
    event.preventDefault();
    takeDropped(app, /** @type {DataTransfer} */ (event.dataTransfer));
  });
  addEventListener("paste", (event) => {
    const text = event.clipboardData?.getData("text/plain") ?? "";
    if (inField(event.target) || document.querySelector("dialog[open]") || !/^\s*(?:[{[]|```)/.test(text)) return;
    event.preventDefault();
    take(app, [{ name: "The clipboard", text }]);
  });
}

/** @param {import("../shell/app.js").App} app @param {DataTransfer} data */
async function takeDropped(app, data) {
  const files = [...data.files]; // read now: the browser empties it as soon as this event is over
  const text = data.getData("text/plain");
  const loaded = await part(asking);
  if (loaded) await loaded.takeOrAsk(app, files.length ? files : [{ name: "The text", text }]);
}

/** @param {import("../shell/app.js").App} app @param {{name: string, text: string}[]} files */
async function take(app, files) {
  await (await part(asking))?.takeOrAsk(app, files);
}

/** @param {EventTarget | null} target */
function inField(target) {
  return target instanceof Element && target.closest(FIELDS) !== null;
}
