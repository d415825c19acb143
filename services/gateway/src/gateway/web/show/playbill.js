/** The head of a show: what it is called, how much of its cast there is, and what is asked for all of them at once. */

import { arrange, button, h, say, setOff } from "../shell/dom.js";

/**
 * @typedef {import("../shows/store.js").Show} Show
 *
 * @typedef {object} Actions
 * @property {() => void} makeMissing
 * @property {(on: boolean) => void} setAuto
 * @property {() => void} chooseModels
 * @property {() => void} add
 * @property {() => void} rename
 */

/** `element` is put on the page once; `update` shows how things stand. */
export class Playbill {
  #title = h("h1");
  #tagline = h("p", { class: "tagline" });
  #logline = h("p", { class: "logline" });
  #bulbs = h("div", { class: "bulbs", "aria-hidden": "true" });
  #count = h("p", { class: "count" });
  #auto = h("input", { type: "checkbox", role: "switch" });
  #missing;

  /** @param {Actions} actions */
  constructor({ makeMissing, setAuto, chooseModels, add, rename }) {
    this.#missing = button("Generate missing", makeMissing, { class: "primary" });
    this.#auto.addEventListener("change", () => setAuto(this.#auto.checked));
    this.element = h(
      "header",
      { class: "playbill" },
      h("div", { class: "names" }, this.#title, this.#tagline, this.#logline),
      h(
        "div",
        { class: "call" },
        this.#bulbs,
        this.#count,
        this.#missing,
        h("label", { class: "switch" }, this.#auto, h("span", {}, "Auto-generate", h("small", {}, "what is missing when this show opens"))),
        h(
          "div",
          { class: "row" },
          button("Models", chooseModels, { class: "small", name: "Models for the whole show" }),
          button("Add a character", add, { class: "small" }),
          button("Rename", rename, { class: "small", name: "Rename the show" }),
        ),
      ),
    );
  }

  /** @param {Show} show @param {{ready: string[], making: number, missing: number}} cast */
  update({ title, show, characters, settings }, { ready, making, missing }) {
    say(this.#title, title);
    say(this.#tagline, text(show.tagline));
    say(this.#logline, text(show.show_logline));
    this.#auto.checked = Boolean(settings.autoGenerate);
    this.#light(characters.length, ready.length);
    const more = making ? `, ${making} on the way` : "";
    say(this.#count, `${ready.length} of ${characters.length} portraits ready${more}`);
    say(this.#missing, missing ? `Generate missing (${missing})` : making ? "Generating…" : "The cast is ready");
    this.#missing.hidden = !characters.length;
    setOff(this.#missing, !missing);
  }

  /** A bulb for each of the cast, lit for each portrait. @param {number} all @param {number} lit */
  #light(all, lit) {
    const bulbs = [...this.#bulbs.children].slice(0, all);
    while (bulbs.length < all) bulbs.push(h("i"));
    bulbs.forEach((bulb, i) => bulb.classList.toggle("lit", i < lit));
    arrange(this.#bulbs, bulbs);
  }
}

/** @param {unknown} value */
function text(value) {
  return typeof value === "string" ? value : "";
}
