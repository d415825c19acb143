/** Choosing a model and what it can do, from what `GET /v1/models` offers. What is chosen are fields of a job's body. */

import { h } from "../shell/dom.js";
import { thingName } from "./words.js";

/**
 * @import { Kind, Offer, Setting, Wishes } from "../client/types.js"
 * @typedef {{setting: Setting, select: HTMLSelectElement}} Control
 */

/** What a kind's model is called; its id when the server does not offer it (any more). @param {Offer} offer @param {Wishes} [chosen] */
export function modelLabel(offer, chosen = {}) {
  const id = chosen[offer.field] ?? offer.default;
  return offer.models.find((model) => model.id === id)?.label ?? String(id);
}

/** Controls for one kind; `element` is to be put in a form. With `inherited`, no choice is a choice too: it is called so. */
export class Chooser {
  #offer;
  #model;
  #place = h("div", { class: "settings" });
  /** @type {Control[]} */
  #controls = [];

  /** @param {Kind} kind @param {Offer} offer @param {Wishes} chosen @param {string} [inherited] */
  constructor(kind, offer, chosen, inherited) {
    this.#offer = offer;
    const models = offer.models.map(({ id, label }) => h("option", { value: id }, label));
    const none = inherited && h("option", { value: "" }, inherited);
    this.#model = h("select", { ariaLabel: `Model of the ${thingName(kind)}` }, none, ...models);
    const id = String(chosen[offer.field] ?? (inherited ? "" : offer.default));
    this.#model.value = offer.models.some((model) => model.id === id) || inherited ? id : offer.default;
    this.#model.addEventListener("change", () => this.#offerSettings(this.value));
    this.element = h("div", { class: "chooser" }, h("label", { class: "field" }, "Model", this.#model), this.#place);
    this.#offerSettings(chosen);
  }

  /** The fields as chosen; none when that is left to the show. @returns {Wishes} */
  get value() {
    if (!this.#model.value) return {};
    const settings = this.#controls.map(({ setting, select }) => [setting.name, setting.choices[select.selectedIndex].value]);
    return { [this.#offer.field]: this.#model.value, ...Object.fromEntries(settings) };
  }

  /** What was shown stays where the new model offers it too. @param {Wishes} chosen */
  #offerSettings(chosen) {
    const settings = this.#offer.models.find(({ id }) => id === this.#model.value)?.settings ?? [];
    this.#controls = settings.map((setting) => ({ setting, select: selectOf(setting, chosen[setting.name]) }));
    const labels = this.#controls.map(({ setting, select }) => h("label", { class: "field" }, setting.label, select));
    this.#place.replaceChildren(...labels);
  }
}

/** @param {Setting} setting @param {unknown} chosen */
function selectOf({ choices, default: usual }, chosen) {
  const select = h("select", {}, ...choices.map(({ label }) => h("option", {}, label)));
  const at = choices.findIndex(({ value }) => value === chosen);
  select.selectedIndex = at >= 0 ? at : choices.findIndex(({ value }) => value === usual);
  return select;
}
