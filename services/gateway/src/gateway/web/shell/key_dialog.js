/** The API key, where a server wants one: asked for when it says so, kept only where the visitor says so. */

import { ask } from "./dialog.js";
import { h } from "./dom.js";

const PLACE = "greenroom.key";

/** @returns {string | null} the key that was kept, if any */
export function keptKey() {
  try {
    return localStorage.getItem(PLACE);
  } catch {
    return null; // storage is forbidden here
  }
}

/**
 * Ask for a key whenever the server refuses us without one, one dialog at a time.
 *
 * @param {EventTarget & {key: string | null}} greenroom
 * @returns {() => Promise<void>} asks at any time
 */
export function askForKeys(greenroom) {
  let asking = false;
  const ask = async () => {
    if (asking) return;
    asking = true;
    try {
      const key = await askForKey(Boolean(greenroom.key));
      if (key !== null) greenroom.key = key;
    } finally {
      asking = false;
    }
  };
  greenroom.addEventListener("unauthorized", ask);
  return ask;
}

/** @param {boolean} refused whether there was a key, and the server did not take it */
function askForKey(refused) {
  const input = h("input", { type: "password", autocomplete: "off", spellcheck: "false", required: true });
  const keep = h("input", { type: "checkbox" });
  return ask({
    title: "This server asks for a key",
    body: [
      h("p", {}, "Whoever runs it gives out API keys. What you began goes on as soon as the key is accepted."),
      h("label", { class: "field" }, "API key", input),
      h("label", { class: "check" }, keep, "Keep it in this browser. Leave this off on a device that others use."),
    ],
    done: "Use this key",
    wrong: refused ? "The server does not know this key." : "",
    submit() {
      const key = input.value.trim();
      if (!/^[\x21-\x7e]+$/.test(key)) throw new Error("Enter the key as it was given to you; it has no spaces.");
      remember(keep.checked ? key : null);
      return key;
    },
  });
}

/** @param {string | null} key */
function remember(key) {
  try {
    if (key === null) localStorage.removeItem(PLACE);
    else localStorage.setItem(PLACE, key);
  } catch {
    // Storage is forbidden here: the key lasts until the page is left.
  }
}
