/** A show in the library: its cast side by side, lit where there is a portrait, and how far it has come. */

import { arrange, button, h, many, say } from "../shell/dom.js";
import { figure } from "../shell/figure.js";
import { isKept, pauseAfter } from "../shell/media.js";

const MOST_SEATS = 8;
const MOST_BULBS = 24;

/** @typedef {import("./store.js").Summary} Summary */

/** `element` is the card; `render` brings it up to date, and changes nothing that has not changed. */
export class ShowCard {
  #seats = new Map();
  #parts;

  /** @param {{onExport: () => void, onRemove: () => void}} actions */
  constructor({ onExport, onRemove }) {
    this.#parts = {
      lineup: h("div", { class: "lineup", "aria-hidden": "true" }),
      link: h("a"),
      logline: h("p", { class: "logline" }),
      bulbs: h("span", { class: "bulbs", "aria-hidden": "true" }),
      portraits: h("span"),
      clips: h("span"),
      running: h("span", { class: "running" }),
      keep: button("Export", onExport, { class: "bare small" }),
      remove: button("Delete", onRemove, { class: "bare small" }),
    };
    const { lineup, link, logline, bulbs, portraits, clips, running, keep, remove } = this.#parts;
    const counts = h("p", { class: "counts" }, portraits, clips, running);
    this.element = h(
      "li",
      { class: "show-card" },
      lineup,
      h("h2", {}, link),
      logline,
      h("div", { class: "below" }, bulbs, h("div", { class: "foot" }, counts, keep, remove)),
    );
  }

  /**
   * @param {Summary} summary
   * @param {string} name the title, told apart from that of a namesake
   * @param {number} running how many jobs are being made for it
   */
  render({ id, title, logline, counts, cast }, name, running) {
    const { link, keep, remove, bulbs, ...parts } = this.#parts;
    link.setAttribute("href", `#/shows/${id}`);
    say(link, title);
    link.ariaLabel = name === title ? null : name;
    keep.ariaLabel = `Export ${name}`;
    remove.ariaLabel = `Delete ${name}`;
    say(parts.logline, logline);
    this.#seat(cast);
    bulbs.hidden = counts.characters === 0 || counts.characters > MOST_BULBS;
    bulbs.style.setProperty("--cast", String(counts.characters));
    bulbs.style.setProperty("--ready", String(counts.portraits));
    const ofAll = `${counts.portraits} of ${many(counts.characters, "portrait")}`;
    say(parts.portraits, counts.characters ? ofAll : "No characters yet");
    say(parts.clips, counts.clips ? many(counts.clips, "clip") : "");
    say(parts.running, running ? `${running} running now` : "");
  }

  /** @param {Summary["cast"]} cast */
  #seat(cast) {
    const chosen = chosenFrom(cast);
    const { lineup } = this.#parts;
    lineup.dataset.seats = String(Math.max(1, chosen.length));
    for (const member of chosen) {
      const seat = this.#seats.get(member.id) ?? new Seat();
      this.#seats.set(member.id, seat);
      seat.render(member);
    }
    const seats = chosen.map(({ id }) => this.#seats.get(id).element);
    arrange(lineup, seats.length ? seats : [new Seat().element]);
    lineup.dataset.more = cast.length > chosen.length ? `+${cast.length - chosen.length}` : "";
  }
}

/**
 * As many as there is room for, those with a portrait before the others, all in the cast's order.
 *
 * @param {Summary["cast"]} cast
 */
function chosenFrom(cast) {
  if (cast.length <= MOST_SEATS) return cast;
  const lit = cast.filter(({ outputs }) => outputs.portrait);
  const unlit = cast.filter(({ outputs }) => !outputs.portrait);
  const chosen = new Set([...lit, ...unlit].slice(0, MOST_SEATS));
  return cast.filter((member) => chosen.has(member));
}

/** One place in the lineup. */
class Seat {
  element = h("div", { class: "seat" }, figure({ preserveAspectRatio: "xMidYMax meet" }));
  /** @type {string | null} */
  #url = null;

  /** @param {Summary["cast"][number]} member */
  render({ colours, outputs }) {
    for (const [i, colour] of colours.entries()) this.element.style.setProperty(`--signature-${i + 1}`, colour);
    const url = outputs.portrait?.url ?? null;
    if (url === this.#url) return;
    this.#url = url;
    this.element.querySelector("img")?.remove();
    if (url) this.element.append(this.#picture(url));
  }

  /** What does not come leaves the figure that is behind it, and is tried again unless it is gone. @param {string} src */
  #picture(src, failures = 0) {
    const picture = h("img", { src, alt: "", loading: "lazy", decoding: "async" });
    picture.addEventListener("error", async () => {
      picture.remove();
      if ((await isKept(src)) === false) return;
      const again = () => src === this.#url && this.element.isConnected && this.element.append(this.#picture(src, failures + 1));
      setTimeout(again, pauseAfter(failures + 1));
    });
    return picture;
  }
}
