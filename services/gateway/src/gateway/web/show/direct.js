/** The dialog in which somebody directs: the words, the model and its options, for one character or for a whole show. */

import { ask } from "../shell/dialog.js";
import { h } from "../shell/dom.js";
import { stylesheet } from "../shell/sheets.js";
import { Chooser, modelLabel } from "./options.js";

/**
 * @import { Kind, Models, Wishes } from "../client/types.js"
 * @typedef {Partial<Record<Kind, {fields: Wishes, words: string}>>} Direction
 */

const KINDS = /** @type {const} */ (["portrait", "video"]);
const LEGENDS = { portrait: "Portrait", video: "Clip" };
const WORDS = {
  portrait: { label: "Prompt", placeholder: "Empty: built from the show and the dossier" },
  video: { label: "Scene of the clip", placeholder: "What happens, in a sentence or two" },
};

/**
 * @template T
 * @param {object} given
 * @param {string} given.title
 * @param {string} given.done
 * @param {() => Promise<Models>} given.models
 * @param {Direction} given.direction what was chosen before; only its kinds are asked for
 * @param {Partial<Record<Kind, Wishes>>} [given.inherit] the show's choices, when this is one character's
 * @param {Node} [given.more] put at the end
 * @param {(chosen: Direction) => Promise<T>} given.keep what is done with it: what goes wrong there is said in the dialog
 * @returns {Promise<T | null>}
 */
export async function direct({ title, done, models, direction, inherit, more, keep }) {
  const [offered] = await Promise.all([models().catch(() => null), stylesheet("show/direct.css")]);
  const parts = KINDS.flatMap((kind) => (direction[kind] ? [part(kind, offered, direction[kind], inherit)] : []));
  return ask({
    title,
    done,
    body: [...parts.map(({ element }) => element), more ?? null],
    submit: () => keep(Object.fromEntries(parts.map(({ kind, value }) => [kind, value()]))),
  });
}

/**
 * @param {Kind} kind
 * @param {Models | null} offered
 * @param {{fields: Wishes, words: string}} before
 * @param {Partial<Record<Kind, Wishes>>} [inherit]
 */
function part(kind, offered, { fields, words }, inherit) {
  const offer = offered?.kinds[kind];
  const asTheShow = offer && inherit && `As the show: ${modelLabel(offer, inherit[kind])}`;
  const chooser = offer && new Chooser(kind, offer, fields, asTheShow);
  const area = h("textarea", { rows: 4, maxlength: 4000, placeholder: WORDS[kind].placeholder }, words);
  const element = h(
    "fieldset",
    { class: "part" },
    h("legend", {}, LEGENDS[kind]),
    inherit && h("label", { class: "field" }, WORDS[kind].label, area),
    chooser ? chooser.element : h("p", { class: "hint" }, "The models cannot be listed just now; what was chosen stays."),
  );
  return { kind, element, value: () => ({ fields: chooser ? chooser.value : fields, words: area.value.trim() }) };
}
