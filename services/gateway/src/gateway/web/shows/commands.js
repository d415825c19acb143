/** The first portrait without the page: commands for a terminal, to be copied. */

import { button, h } from "../shell/dom.js";
import { randomLetters } from "./naming.js";
import { sampleDocuments } from "./sample.js";

const SAID_MS = 2_000;

/** A section that is made when it is opened: its commands carry the sample's documents. */
export function terminal() {
  const list = h("ul", { class: "commands", role: "list" });
  const section = h("details", { class: "terminal" }, h("summary", {}, "The same from a terminal"), list);
  section.addEventListener("toggle", async () => {
    if (!section.open || list.childElementCount) return;
    try {
      list.replaceChildren(...commands(await sampleDocuments()));
    } catch {
      list.replaceChildren(h("li", { class: "hint" }, "The server is away just now; close this and open it again."));
    }
  });
  return section;
}

/** @param {{show: any, characters: {document: any}[]}} sample */
function commands(sample) {
  const jobId = `curl-${randomLetters()}`;
  const door = new URL("../../api/characters/portrait", import.meta.url).href;
  const body = JSON.stringify({ jobId, ...brief(sample) });
  return [
    command("Ask for a portrait", `curl -s ${door} -H ${quoted("Content-Type: application/json")} -d ${quoted(body)}`),
    command("See how it is getting on", `curl -s ${quoted(`${door}/status?jobId=${jobId}`)}`),
  ];
}

/** Of the documents, what fits on a line. @param {{show: any, characters: {document: any}[]}} sample */
function brief({ show, characters: [{ document: first }] }) {
  const { medium } = show.production_style;
  const { hair, distinctive_features } = first.character_details;
  const character = {
    character: first.character,
    metadata: { role: first.metadata.role },
    character_details: { hair, distinctive_features },
    look: { wardrobe: { items: first.look.wardrobe.items } },
  };
  return { show: { show_title: show.show_title, production_style: { medium } }, character };
}

/** @param {string} text */
function quoted(text) {
  return `'${text.replaceAll("'", "'\\''")}'`;
}

/** @param {string} title @param {string} line */
function command(title, line) {
  const code = h("code", {}, line);
  const action = async () => {
    copy.textContent = (await copied(code)) ? "Copied" : "Press Ctrl+C";
    setTimeout(() => (copy.textContent = "Copy"), SAID_MS);
  };
  const copy = button("Copy", action, { name: `Copy: ${title}`, class: "small" });
  const shown = h("pre", { tabindex: "0", role: "group", "aria-label": title }, code);
  return h("li", { class: "command" }, h("h3", {}, title), copy, shown);
}

/**
 * Copy an element's text. Where the clipboard is closed to us (plain http), it is selected for the user to copy.
 *
 * @param {Element} element
 */
async function copied(element) {
  try {
    await navigator.clipboard.writeText(element.textContent ?? "");
    return true;
  } catch {
    getSelection()?.selectAllChildren(element);
    return false;
  }
}
