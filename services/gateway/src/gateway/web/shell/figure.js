/** The unlit figure that stands where a portrait will be. */

import { svg } from "./dom.js";

const HEAD = "M50 34c12 0 20 10 20 23 0 10-5 20-12 24v7";
const SHOULDERS = "c17 3 29 12 31 33l1 25H10l1-25c2-21 14-30 31-33v-7c-7-4-12-14-12-24 0-13 8-23 20-23Z";

/** Its colour is the view's to give, by `fill`. @param {Record<string, string>} [props] further attributes */
export function figure(props = {}) {
  const outline = svg("path", { d: HEAD + SHOULDERS });
  return svg("svg", { class: "figure", viewBox: "0 0 100 146", "aria-hidden": "true", ...props }, outline);
}
