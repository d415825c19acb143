/** A new show: by its name, or from the JSON that somebody typed, pasted, chose or dropped. */

import { ask } from "../shell/dialog.js";
import { h, many } from "../shell/dom.js";
import { DocumentError, readFiles } from "./documents.js";

/**
 * @typedef {import("../shell/app.js").App} App
 * @typedef {{name: string, text: string}} TextFile
 */

/**
 * Ask for a show, and open it.
 *
 * @param {App} app
 * @param {{text?: string, wrong?: DocumentError}} [start] a text to begin with, and what is wrong with it
 */
export async function askForShow(app, { text = "", wrong } = {}) {
  const name = h("input", { autocomplete: "off", maxlength: "120" });
  const area = h("textarea", { class: "code", rows: "7", spellcheck: "false" });
  area.placeholder = '{ "show_title": "…", "characters": [ … ] }';
  area.value = text;
  const files = h("input", { type: "file", accept: ".json,application/json,text/plain", multiple: true });
  area.addEventListener("input", () => (area.ariaInvalid = null));
  if (wrong) queueMicrotask(() => point(area, wrong));
  await ask({
    title: "A new show",
    body: [
      h("label", { class: "field" }, "Name", name),
      h("label", { class: "field" }, "Or its JSON: a blueprint, characters, or both", area),
      h("label", { class: "field" }, "Or files with JSON", files),
    ],
    done: "Add the show",
    wrong: wrong?.message,
    async submit() {
      try {
        const texts = area.value.trim() ? [{ name: "The text", text: area.value }] : await textsOf(files.files ?? []);
        if (texts.length) return await take(app, texts, name.value.trim());
        if (name.value.trim()) return await added(app, { title: name.value.trim() });
      } catch (error) {
        if (error instanceof DocumentError) point(area, error);
        throw error;
      }
      name.focus();
      throw new Error("Give the show a name, or its JSON.");
    },
  });
}

/**
 * Add what was dropped or pasted; where it cannot be read, say why beside its text.
 *
 * @param {App} app
 * @param {TextFile[] | File[]} dropped a folder is a file here, until it is read
 */
export async function takeOrAsk(app, dropped) {
  /** @type {TextFile[]} */
  let files = [];
  try {
    files = await textsOf(dropped);
    await take(app, files);
  } catch (error) {
    const wrong = error instanceof DocumentError ? error : new DocumentError(String(error));
    await askForShow(app, { text: files.length === 1 ? files[0].text : "", wrong });
  }
}

/** @param {Iterable<File | TextFile>} files @returns {Promise<TextFile[]>} */
function textsOf(files) {
  return Promise.all([...files].map(async (file) => (file instanceof File ? { name: file.name, text: await textOf(file) } : file)));
}

/** @param {File} file */
async function textOf(file) {
  try {
    return await file.text();
  } catch {
    throw new DocumentError(`${file.name} cannot be read as a file. Is it a folder? Drop the files in it.`);
  }
}

/**
 * Characters without a show join the one that is open; everything else is a show of its own.
 *
 * @param {App} app
 * @param {TextFile[]} files
 * @param {string} [title]
 */
async function take(app, files, title = "") {
  const read = readFiles(files);
  const open = /^#\/shows\/([^/]+)$/.exec(location.hash)?.[1];
  if (read.show || title || !open) return added(app, { ...read, ...(title && { title }) });
  await app.shows.putCharacters(open, read.characters.map((character) => ({ ...character, id: undefined })));
  app.announce(`Added ${many(read.characters.length, "character")}.`);
  return open;
}

/** @param {App} app @param {import("./store.js").Documents} documents */
async function added({ shows, announce, go }, documents) {
  const id = await shows.add(documents);
  const title = (await shows.get(id))?.title;
  announce(`${title} was added, with ${many(documents.characters?.length ?? 0, "character")}.`);
  // After the dialog has closed and given the focus back, or the new view's heading would lose it.
  setTimeout(() => go(`/shows/${id}`));
  return id;
}

/** Show in the text where the trouble is. @param {HTMLTextAreaElement} area @param {DocumentError} error */
function point(area, { offset }) {
  area.ariaInvalid = "true";
  if (offset === null) return;
  const line = area.value.slice(0, offset).split("\n").length;
  const height = Number.parseFloat(getComputedStyle(area).lineHeight);
  area.focus();
  area.setSelectionRange(offset, offset + 1);
  area.scrollTop = Math.max(0, (line - 3) * height);
}
