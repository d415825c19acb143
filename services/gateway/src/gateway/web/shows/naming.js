/** What shows and characters are called: their titles, names and ids, read from documents that may lack any of them. */

const COLOUR = /^#[0-9a-f]{6}$/i;
const UNTITLED = "Untitled show";
const RANDOM_LETTERS = 6;

/** @typedef {Record<string, any>} Doc */

/** What a list says of a show. @param {Doc} blueprint */
export function titleOf(blueprint) {
  return {
    title: text(blueprint.show_title) ?? text(blueprint.title) ?? UNTITLED,
    logline: text(blueprint.show_logline) ?? text(blueprint.tagline) ?? "",
  };
}

/** @param {{id?: string, name?: string, document: Doc}} character @param {number} place how many stand before it */
export function nameOf({ name, document }, place) {
  const named = [name, document.metadata?.name, document.name, document.character, document.character_id];
  return named.map(text).find(Boolean) ?? `Character ${place + 1}`;
}

/**
 * What a list knows of a character.
 *
 * @param {{id: string, name?: string, document: Doc}} character
 * @param {number} place
 */
export function characterRow(character, place) {
  const look = character.document.look ?? {};
  const colours = [look.signature_colors, look.palette?.anchors].find(Array.isArray) ?? [];
  return {
    id: character.id,
    name: nameOf(character, place),
    colours: colours.filter((/** @type {unknown} */ colour) => COLOUR.test(String(colour))).slice(0, 2),
  };
}

/**
 * A show as a list shows it, from its row and those of its outputs.
 *
 * @param {any} row
 * @param {any[]} outputs
 * @returns {import("./store.js").Summary}
 */
export function summaryOf({ id, title, logline, cast }, outputs) {
  const members = cast.map((/** @type {any} */ member) => {
    const own = outputs.filter(({ characterId, output }) => characterId === member.id && output);
    return { ...member, outputs: current(Object.fromEntries(own.map(({ kind, output }) => [kind, output]))) };
  });
  const having = (/** @type {"portrait" | "video"} */ kind) =>
    members.filter((/** @type {any} */ member) => member.outputs[kind]).length;
  const counts = { characters: members.length, portraits: having("portrait"), clips: having("video") };
  return { id, title, logline, counts, cast: members };
}

/**
 * A clip that moves another portrait than the one there is now is not this character's clip any more.
 *
 * @param {any} outputs
 */
function current({ portrait, video }) {
  const isOutdated = video?.portraitUrl && portrait && video.portraitUrl !== portrait.url;
  return { ...(portrait && { portrait }), ...(video && !isOutdated && { video }) };
}

/**
 * An id that no other browser has: visitors of one server must not claim each other's characters.
 *
 * @param {string} title
 */
export function newId(title) {
  return `${slug(title) || "show"}-${randomLetters()}`;
}

/**
 * An id that says whom it means, and that nobody else of the show has.
 *
 * @param {{id?: string, name?: string, document: Doc}} character
 * @param {string[]} taken
 */
export function unusedId(character, taken) {
  const { character_id, character: named } = character.document;
  const wanted = [character.id, character_id, named, nameOf(character, taken.length)];
  const base = wanted.map((part) => slug(text(part) ?? "")).find(Boolean) ?? "character";
  let id = base;
  for (let number = 2; taken.includes(id); number += 1) id = `${base}-${number}`;
  return id;
}

export function randomLetters() {
  const numbers = crypto.getRandomValues(new Uint8Array(RANDOM_LETTERS));
  return Array.from(numbers, (number) => (number % 36).toString(36)).join("");
}

/** @param {string} words */
export function slug(words) {
  const plain = words.normalize("NFKD").replace(/\p{M}/gu, "").toLowerCase();
  return plain.replace(/[^a-z0-9]+/g, "-").slice(0, 48).replace(/^-+|-+$/g, "");
}

/** @param {unknown} value @returns {string | null} */
function text(value) {
  return typeof value === "string" && value.trim() ? value.trim() : null;
}
