/** The large view: one picture or clip at a time, all of the cast by arrow keys. */

import { button, h, say, setOff } from "../shell/dom.js";
import { thingName } from "./words.js";

/**
 * @import { Kind } from "../client/types.js"
 * @typedef {import("../shows/store.js").Show} Show
 * @typedef {import("../shows/store.js").Output} Output
 * @typedef {import("../shows/store.js").Character} Character
 */

const calm = matchMedia("(prefers-reduced-motion: reduce)");

/** A dialog over the whole window. `shown(id)` is called when it closes, with the character seen last. */
export class Viewer {
  #current;
  #shown;
  #id = "";
  /** @type {Kind} */
  #wanted = "video";
  #name = h("h2", { id: "viewer-name", "aria-live": "polite" });
  #stage = h("div", { class: "stage" });
  #details = h("dl");
  #download = h("a", { class: "button small" }, "Download");
  #tabs = {
    portrait: button("Portrait", () => this.#turn("portrait"), { class: "small", "aria-keyshortcuts": "P" }),
    video: button("Clip", () => this.#turn("video"), { class: "small", "aria-keyshortcuts": "C" }),
  };
  #before = button("‹", () => this.#move(-1), { class: "turn", repeats: true, name: "Previous character", "aria-keyshortcuts": "ArrowLeft" });
  #after = button("›", () => this.#move(1), { class: "turn", repeats: true, name: "Next character", "aria-keyshortcuts": "ArrowRight" });

  /** @param {() => Show} current @param {(id: string) => void} shown */
  constructor(current, shown) {
    this.#current = current;
    this.#shown = shown;
    const close = button("×", () => this.close(), { class: "bare", name: "Close" });
    this.dialog = h(
      "dialog",
      { class: "viewer", "aria-labelledby": "viewer-name" },
      h("header", {}, this.#name, h("div", { class: "row", role: "group", ariaLabel: "What to show" }, this.#tabs.portrait, this.#tabs.video), close),
      this.#before,
      this.#stage,
      this.#after,
      h("footer", {}, this.#details, this.#download),
    );
    this.dialog.addEventListener("keydown", (event) => this.#pressed(event));
    this.dialog.addEventListener("click", ({ target }) => target === this.#stage && this.close());
    this.dialog.addEventListener("close", () => {
      this.dialog.remove();
      this.#shown(this.#id);
    });
  }

  /** @param {string} id the character's */
  open(id) {
    this.#id = id;
    this.#render();
    document.body.append(this.dialog);
    this.dialog.showModal();
    this.#after.focus();
  }

  close() {
    this.dialog.close();
  }

  #seen() {
    const { characters, outputs } = this.#current();
    return characters.filter(({ id }) => outputs[id]?.portrait || outputs[id]?.video);
  }

  /** @param {1 | -1} step */
  #move(step) {
    const seen = this.#seen();
    if (!seen.length) return this.close(); // its last picture has gone meanwhile
    const at = seen.findIndex(({ id }) => id === this.#id);
    this.#id = seen[(at + step + seen.length) % seen.length].id;
    this.#render();
  }

  /** @param {Kind} kind */
  #turn(kind) {
    this.#wanted = kind;
    this.#render();
  }

  /** @param {KeyboardEvent} event */
  #pressed(event) {
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    // A clip's own controls use the arrows themselves.
    const isInClip = event.target instanceof HTMLVideoElement;
    if (event.key === "ArrowLeft" && !isInClip) this.#move(-1);
    else if (event.key === "ArrowRight" && !isInClip) this.#move(1);
    else if (event.key.toLowerCase() === "p") this.#turn("portrait");
    else if (event.key.toLowerCase() === "c") this.#turn("video");
    else return;
    event.preventDefault();
  }

  #render() {
    const { characters, outputs } = this.#current();
    const character = characters.find(({ id }) => id === this.#id);
    const made = outputs[this.#id] ?? {};
    const kind = made[this.#wanted] ? this.#wanted : made.portrait ? "portrait" : "video";
    const output = made[kind];
    if (!character || !output) return this.close();
    say(this.#name, character.name);
    for (const one of /** @type {const} */ (["portrait", "video"])) {
      this.#tabs[one].ariaPressed = String(one === kind);
      setOff(this.#tabs[one], !made[one]);
    }
    for (const turn of [this.#before, this.#after]) setOff(turn, this.#seen().length < 2);
    this.#stage.replaceChildren(mediaOf(kind, output, character.name));
    this.#details.replaceChildren(...detailsOf(output));
    this.#download.href = output.url;
    this.#download.download = `${character.name} ${thingName(kind)}${/\.\w+$/.exec(new URL(output.url, location.href).pathname)?.[0] ?? ""}`;
    this.#download.ariaLabel = `Download the ${thingName(kind)} of ${character.name}`;
  }
}

/** @param {Kind} kind @param {Output} output @param {string} name */
function mediaOf(kind, { url, width, height }, name) {
  const size = { width, height };
  if (kind === "portrait") return h("img", { src: url, alt: `Portrait of ${name}`, decoding: "async", ...size });
  const clip = h("video", { src: url, "aria-label": `Clip of ${name}`, controls: true, loop: true, muted: true, playsinline: true, autoplay: !calm.matches, ...size });
  clip.muted = true;
  return clip;
}

/** @param {Output} output */
function detailsOf({ model, width, height, durationSeconds, at, prompt }) {
  const seconds = durationSeconds ? ` · ${Math.round(durationSeconds * 10) / 10} s` : "";
  const facts = {
    Model: model,
    Size: width && height ? `${width} × ${height}${seconds}` : null,
    Made: new Date(at).toLocaleString([], { dateStyle: "medium", timeStyle: "short" }),
    Prompt: prompt,
  };
  return Object.entries(facts).flatMap(([term, fact]) => (fact ? [h("div", {}, h("dt", {}, term), h("dd", {}, fact))] : []));
}
