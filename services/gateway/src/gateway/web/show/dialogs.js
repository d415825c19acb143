/** The small dialogs of the view: direct somebody, choose the models, add and remove characters, rename the show. */

import { ask, confirmed } from "../shell/dialog.js";
import { button, h, many } from "../shell/dom.js";
import { direct } from "./direct.js";
import { sceneOf, wishOf } from "./making.js";
import { thingName } from "./words.js";

/**
 * @import { Kind, Task } from "../client/types.js"
 * @typedef {import("../shell/app.js").App} App
 * @typedef {import("../shows/store.js").Show} Show
 * @typedef {import("../shows/store.js").Character} Character
 * @typedef {import("./direct.js").Direction} Direction
 * @typedef {import("./making.js").Making} Making
 * @typedef {import("./making.js").Wish} Wish
 */

const KINDS = /** @type {const} */ (["portrait", "video"]);

/** Words, models and options of one character; or remove it. @param {App} app @param {Show} show @param {Character} character @param {Making} making */
export async function directCharacter(app, show, character, making) {
  const remove = button("Remove from the show", () => removeCharacter(app, show, character, making), { class: "small danger" });
  const more = h("div", { class: "row" }, remove);
  const kept = await ofCharacter(app, show, character, KINDS, { title: `Direct ${character.name}`, done: "Keep", more });
  // A clip that failed had another scene: it is no longer the one to try again.
  if (kept && kept.character !== character) making.dismiss(making.task(character.id, "video"));
}

/** @param {App} app @param {Show} show @param {Character} character @param {Making} making */
export async function askForScene(app, show, character, making) {
  const kept = await ofCharacter(app, show, character, ["video"], { title: `A scene for ${character.name}`, done: "Animate" });
  if (kept) making.again(kept.character, "video", kept.wish);
}

/** Make what failed again, with other words or another model. @param {App} app @param {Show} show @param {Character} character @param {Task} task @param {Making} making */
export async function editAndRetry(app, show, character, task, making) {
  const { kind } = task;
  const before = wishOf(show, character.id);
  const tried = { ...before, prompt: task.request.customPrompt ?? before.prompt };
  const how = { title: `Another try: ${thingName(kind)} of ${character.name}`, done: "Retry" };
  const kept = await ofCharacter(app, show, character, [kind], how, tried);
  if (!kept) return;
  // What a clip shows is in the dossier, of which the server has a copy.
  if (kept.character === character) making.retry(character, task, kept.wish);
  else making.again(kept.character, kind, kept.wish);
}

/** The models of everybody who has none of their own. @param {App} app @param {Show} show */
export async function chooseModels(app, show) {
  const { models = {} } = show.settings;
  const direction = Object.fromEntries(KINDS.map((kind) => [kind, { fields: models[kind] ?? {}, words: "" }]));
  const keep = async (/** @type {Direction} */ chosen) => {
    const fields = Object.fromEntries(KINDS.map((kind) => [kind, chosen[kind]?.fields]));
    await app.shows.update(show.id, { settings: { models: fields } });
    return fields;
  };
  await direct({ title: "Models for the whole show", done: "Keep", models: app.models, direction, keep });
}

/** @param {App} app @param {Show} show */
export async function rename(app, show) {
  const input = h("input", { value: show.title, maxlength: 120 });
  await ask({
    title: "Rename the show",
    body: [h("label", { class: "field" }, "Title", input)],
    done: "Rename",
    async submit() {
      const title = input.value.trim();
      if (!title) throw new Error("A show needs a title.");
      await app.shows.update(show.id, { title });
      return title;
    },
  });
}

/** @param {App} app @param {Show} show */
export async function addCharacters(app, show) {
  const name = h("input", { maxlength: 120 });
  const looks = h("textarea", { rows: 3, placeholder: "A retired lighthouse keeper, sixty, red beard, yellow oilskin" });
  const json = h("textarea", { class: "code", rows: 5, spellcheck: "false", placeholder: '{ "character": "…", … }   or   [ …, … ]' });
  const added = await ask({
    title: "Add to the cast",
    body: [
      h("label", { class: "field" }, "Name", name),
      h("label", { class: "field" }, "Who they are, and what they look like", looks),
      h("details", {}, h("summary", {}, "Or paste JSON"), h("label", { class: "field" }, "One dossier, or a list of them", json)),
    ],
    done: "Add",
    async submit() {
      const isNamed = name.value.trim() || json.value.trim();
      if (!isNamed) throw new Error("Give a name, or paste the JSON of one or more characters.");
      const characters = json.value.trim()
        ? charactersOf(await app.readDocuments(json.value))
        : [{ document: dossier(name.value.trim(), looks.value.trim()) }];
      await app.shows.putCharacters(show.id, characters);
      return characters;
    },
  });
  if (!added) return;
  app.announce(`Added ${many(added.length, "character")}.`);
}

/** @param {import("../shows/documents.js").ReadDocuments} read */
function charactersOf({ characters }) {
  if (!characters.length) throw new Error("There is no character in this. A show of its own is added in the library.");
  return characters;
}

/** A dossier of what somebody typed. @param {string} name @param {string} looks */
function dossier(name, looks) {
  return {
    character: name,
    metadata: { name },
    ...(looks && { character_details: { distinctive_features: [looks] } }),
    showcase_scene_prompt: `${name} turns to us and smiles. ${looks}`.trim(),
  };
}

/** @param {App} app @param {Show} show @param {Character} character @param {Making} making */
async function removeCharacter(app, show, character, making) {
  const text = `${character.name}'s portrait and clip leave this browser, and what is being made is canceled.`;
  if (!(await confirmed({ title: `Remove ${character.name}?`, text, done: "Remove" }))) return;
  for (const kind of KINDS) {
    const task = making.task(character.id, kind);
    if (task) making.cancel(task); // which is told when the server is there; the card need not wait for that
    making.dismiss(task);
  }
  for (const dialog of document.querySelectorAll("dialog[open]")) /** @type {HTMLDialogElement} */ (dialog).close();
  await app.shows.removeCharacter(show.id, character.id);
  app.announce(`${character.name} was removed.`);
  document.querySelector("h1")?.focus(); // the button that had the focus leaves with its card
}

/**
 * Resolves with what {@link keep} says, null when the dialog was dismissed.
 *
 * @param {App} app
 * @param {Show} show
 * @param {Character} character
 * @param {readonly Kind[]} kinds
 * @param {{title: string, done: string, more?: Node}} how
 * @param {import("./making.js").Wish} [wish] what the form begins with
 */
function ofCharacter(app, show, character, kinds, how, wish = wishOf(show, character.id)) {
  const words = { portrait: wish.prompt ?? "", video: sceneOf(character) };
  const direction = Object.fromEntries(kinds.map((kind) => [kind, { fields: wish[kind] ?? {}, words: words[kind] }]));
  const kept = (/** @type {Direction} */ chosen) => keep(app, show, character, chosen);
  return direct({ ...how, models: app.models, direction, inherit: show.settings.models ?? {}, keep: kept });
}

/**
 * Remember what was chosen: the scene in the dossier, where it belongs, the rest beside the show.
 *
 * @param {App} app
 * @param {Show} show
 * @param {Character} character
 * @param {Direction} chosen
 * @returns {Promise<{character: Character, wish: Wish}>} both as they are now
 */
async function keep({ shows }, show, character, { portrait, video }) {
  const chosen = { ...(portrait && { prompt: portrait.words, portrait: portrait.fields }), ...(video && { video: video.fields }) };
  let wish = /** @type {Wish} */ (chosen);
  await shows.update(show.id, {
    // The show may have moved on behind the dialog: what others chose meanwhile stays.
    settings({ wishes = {} }) {
      wish = { ...wishes[character.id], ...chosen };
      return { wishes: { ...wishes, [character.id]: wish } };
    },
  });
  if (!video || video.words === sceneOf(character)) return { character, wish };
  const document = { ...character.document, showcase_scene_prompt: video.words };
  await shows.putCharacters(show.id, [{ id: character.id, name: character.name, document }]);
  return { character: { ...character, document }, wish };
}
