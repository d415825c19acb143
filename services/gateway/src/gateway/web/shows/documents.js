/**
 * Reads what people paste or drop: a blueprint, characters, both, several files of them, or our own export. Whatever
 * can be understood is; what cannot is refused with a sentence that says where it is and what to do.
 */

import { faultOf, valuesIn } from "./json_fault.js";
import { titleOf } from "./naming.js";
import { safeSettings } from "./settings.js";

/**
 * @typedef {import("./store.js").Doc} Doc
 * @typedef {import("./store.js").Output} Output
 * @typedef {import("./store.js").Outputs} Outputs
 * @typedef {{id?: string, name?: string, document: Doc, outputs?: Outputs}} ReadCharacter
 * @typedef {{show: Doc | null, characters: ReadCharacter[], settings?: import("./store.js").Settings}} ReadDocuments
 */

const LIMIT_BYTES = 256 * 1024;
const FORMAT = "greenroom-show";
const BLUEPRINT_FIELDS = ["show_title", "show_logline", "production_style", "visual_aesthetics", "poster_description"];
const CHARACTER_FIELDS = ["character", "character_details", "character_id", "showcase_scene_prompt", "look"];
const WANTED =
  "a show is an object with show_title or production_style, and a character has character, metadata.name or look";

/** What is wrong, in a sentence for people; `offset` is where in the text, if anywhere. */
export class DocumentError extends Error {
  /** @param {string} message @param {number | null} [offset] */
  constructor(message, offset = null) {
    super(message);
    this.name = "DocumentError";
    this.offset = offset;
  }
}

/**
 * @param {string} text
 * @returns {ReadDocuments} `show` is null where there are only characters
 * @throws {DocumentError}
 */
export function readDocuments(text) {
  const values = parsed(text.replace(/^\uFEFF/, ""));
  const read = joined(values.flatMap((value) => understood(value, "")));
  if (!read.show && !read.characters.length) throw new DocumentError("There is no show and no character in this.");
  checkSizes(read);
  return read;
}

/**
 * The same for several texts at once, such as files that were dropped together.
 *
 * @param {{name: string, text: string}[]} files
 * @returns {ReadDocuments}
 * @throws {DocumentError} which names the file
 */
export function readFiles(files) {
  const read = joined(files.map(({ name, text }) => {
    try {
      return readDocuments(text);
    } catch (error) {
      if (error instanceof DocumentError && files.length > 1) throw new DocumentError(`${name}: ${error.message}`);
      throw error;
    }
  }));
  checkSizes(read);
  return read;
}

/** One JSON text of a whole show, which `readDocuments` gives back. @param {import("./store.js").Show} show */
export function exported({ show, characters, outputs, settings }) {
  const members = characters.map(({ id, name, document }) => {
    const made = Object.entries(outputs[id] ?? {}).map(([kind, output]) => [kind, absolute(output)]);
    return { id, name, document, outputs: Object.fromEntries(made) };
  });
  const kept = safeSettings(settings); // what a file may bring
  return `${JSON.stringify({ format: FORMAT, version: 1, show, settings: kept, characters: members }, null, 2)}\n`;
}

/** @param {string} text @returns {unknown[]} */
function parsed(text) {
  if (!text.trim()) throw new DocumentError("It is empty. Give the JSON of a show, of characters, or of both.");
  const fenced = /^\s*```\w*\n([\s\S]*?)\n?```\s*$/.exec(text);
  const source = fenced ? fenced[1] : text;
  try {
    return [JSON.parse(source)];
  } catch {
    const several = valuesIn(source);
    if (several.length > 1) return several.map((value) => JSON.parse(value));
  }
  const { line, column, offset, sentence } = faultOf(source);
  throw new DocumentError(`Line ${line}, column ${column}: ${sentence}.`, offset + text.indexOf(source));
}

/**
 * @param {unknown} value
 * @param {string} path where it stands, "" for the whole
 * @returns {ReadDocuments[]}
 */
function understood(value, path) {
  if (Array.isArray(value)) return value.flatMap((item, i) => understood(item, `${path}[${i}]`));
  if (!isObject(value)) throw wrong(path, value, WANTED);
  const isWhole = ["show", "blueprint", "characters"].some((field) => isObject(value[field]));
  if (isWhole || Array.isArray(value.characters)) return [whole(value, path)];
  if (has(value, CHARACTER_FIELDS)) return [{ show: null, characters: [member(value, path)] }];
  if (has(value, BLUEPRINT_FIELDS)) return [{ show: value, characters: [] }];
  if (isObject(value.metadata)) return [{ show: null, characters: [member(value, path)] }];
  if ("show" in value) throw wrong(join(path, "show"), value.show, "it must be an object");
  const fields = Object.keys(value).slice(0, 4).join(", ");
  const seen = fields ? `it has ${fields}` : "it is empty";
  throw new DocumentError(`${place(path)} has no field that makes a show or a character (${seen}): ${WANTED}.`);
}

/**
 * A show with its characters: an export, a request's body, or a blueprint that holds its cast.
 *
 * @param {Doc} value
 * @param {string} path
 * @returns {ReadDocuments}
 */
function whole(value, path) {
  const { show = value.blueprint, blueprint, characters, character, settings, format, version, ...rest } = value;
  void [blueprint, format, version];
  if (show !== undefined && !isObject(show)) throw wrong(join(path, "show"), show, "it must be an object");
  const own = has(rest, BLUEPRINT_FIELDS) ? rest : null;
  const cast = isObject(character) ? [member(character, join(path, "character"))] : [];
  return {
    show: show ?? own,
    characters: [...cast, ...members(characters, join(path, "characters"))],
    ...(isObject(settings) && { settings: safeSettings(settings) }),
  };
}

/**
 * @param {unknown} value a list, or an object whose fields are the characters' ids
 * @param {string} path
 * @returns {ReadCharacter[]}
 */
function members(value, path) {
  if (value === undefined || value === null) return [];
  if (Array.isArray(value)) return value.map((item, i) => member(item, `${path}[${i}]`));
  if (!isObject(value)) throw wrong(path, value, "it must be a list of characters");
  return Object.entries(value).map(([id, item]) => ({ id, ...member(item, join(path, id)) }));
}

/** @param {unknown} value @param {string} path @returns {ReadCharacter} */
function member(value, path) {
  if (!isObject(value)) throw wrong(path, value, "a character is an object with at least a name");
  if (!isObject(value.document)) return { document: value };
  const { id, name, document } = value;
  return {
    ...(typeof id === "string" && { id }),
    ...(typeof name === "string" && { name }),
    document,
    outputs: safeOutputs(value.outputs),
  };
}

/** Only what a picture or a clip can safely be loaded from. @param {unknown} value @returns {Outputs} */
function safeOutputs(value) {
  if (!isObject(value)) return {};
  const kinds = /** @type {const} */ (["portrait", "video"]);
  const safe = kinds.map((kind) => [kind, safeOutput(value[kind])]);
  return Object.fromEntries(safe.filter(([, output]) => output));
}

/** @param {unknown} value @returns {Output | null} */
function safeOutput(value) {
  if (!isObject(value) || typeof value.url !== "string" || typeof value.at !== "number") return null;
  const { portraitUrl, ...output } = value;
  const [url, portrait] = [output.url, portraitUrl].map((address) => reachable(String(address ?? "")));
  // From a clock that is ahead: a picture of the future would keep every new one out.
  const at = Math.min(value.at, Date.now());
  return url && /** @type {any} */ ({ ...output, url, at, ...(portrait && { portraitUrl: portrait }) });
}

/**
 * Our server's own address without scheme and host, as the client gives it; null for what no picture comes from.
 *
 * @param {string} url
 * @returns {string | null}
 */
function reachable(url) {
  if (!url || !URL.canParse(url, location.href)) return null;
  const at = new URL(url, location.href);
  if (at.origin === location.origin) return at.pathname + at.search;
  return at.protocol === "https:" ? at.href : null;
}

/** An output whose addresses mean the same elsewhere. @param {Output} output */
function absolute({ url, portraitUrl, ...output }) {
  const here = (/** @type {string} */ address) => new URL(address, location.href).href;
  return { url: here(url), ...output, ...(portraitUrl && { portraitUrl: here(portraitUrl) }) };
}

/** @param {ReadDocuments[]} parts @returns {ReadDocuments} */
function joined(parts) {
  const shows = parts.map(({ show }) => show).filter((show) => show !== null);
  if (shows.length > 1) {
    const titles = shows.map((show) => titleOf(show).title).join(" and ");
    throw new DocumentError(`There are ${shows.length} shows in this: ${titles}. Add them one at a time.`);
  }
  const settings = parts.find((part) => part.settings)?.settings;
  const characters = parts.flatMap((part) => part.characters);
  return { show: shows[0] ?? null, characters, ...(settings && { settings }) };
}

/** Better said now than at the first click. @param {ReadDocuments} read */
function checkSizes({ show, characters }) {
  const size = (/** @type {unknown} */ value) => new TextEncoder().encode(JSON.stringify(value)).length;
  const common = size(show ?? {});
  const limit = `the server takes ${LIMIT_BYTES / 1024} KiB`;
  if (common > LIMIT_BYTES) throw new DocumentError(`The show is ${Math.ceil(common / 1024)} KiB; ${limit}.`);
  for (const [i, { document }] of characters.entries()) {
    const kib = Math.ceil((common + size(document)) / 1024);
    if (kib > LIMIT_BYTES / 1024) {
      throw new DocumentError(`characters[${i}] and the show are ${kib} KiB together; ${limit}.`);
    }
  }
}

/** @param {unknown} value @returns {value is Record<string, any>} */
function isObject(value) {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/** @param {Doc} value @param {string[]} fields */
function has(value, fields) {
  return fields.some((field) => field in value);
}

/** @param {string} path @param {unknown} value @param {string} wanted */
function wrong(path, value, wanted) {
  const kinds = { string: "a text", number: "a number", boolean: "true or false" };
  const kind = Array.isArray(value) ? "a list" : (kinds[/** @type {"string"} */ (typeof value)] ?? "null");
  return new DocumentError(`${place(path)} is ${kind}: ${wanted}.`);
}

/** @param {string} path */
function place(path) {
  return path ? `“${path}”` : "This";
}

/** @param {string} path @param {string} field */
function join(path, field) {
  return path ? `${path}.${field}` : field;
}
