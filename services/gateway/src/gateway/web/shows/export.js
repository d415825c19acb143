/** A show as a file that can be kept, sent, and dropped on this page again. */

import { h } from "../shell/dom.js";
import { exported } from "./documents.js";
import { slug } from "./naming.js";

const KEPT_MS = 60_000;

/** Let the browser save the show. @param {import("./store.js").Show} show */
export function download(show) {
  const url = URL.createObjectURL(new Blob([exported(show)], { type: "application/json" }));
  h("a", { href: url, download: `${slug(show.title) || "show"}.json` }).click();
  setTimeout(() => URL.revokeObjectURL(url), KEPT_MS);
}
