/** The frame of a card: an unlit figure, the lamp that rises behind it, the portrait, and the clip over that. */

import { h, svg } from "../shell/dom.js";
import { isKept, pauseAfter } from "../shell/media.js";

/**
 * @import { Kind } from "../client/types.js"
 * @typedef {import("../shows/store.js").Outputs} Outputs
 * @typedef {{url: string, media: HTMLImageElement | HTMLVideoElement, broken: boolean}} Shown
 */

const TRIES = 3;
const KINDS = /** @type {const} */ (["portrait", "video"]);
const FIGURE =
  "M50 34c12 0 20 10 20 23 0 10-5 20-12 24v7c17 3 29 12 31 33l1 25H10l1-25c2-21 14-30 31-33v-7c-7-4-12-14-12-24 0-13 8-23 20-23Z";
const calm = matchMedia("(prefers-reduced-motion: reduce)");

/** Clips that have begun by themselves: what is paused of them now, and not by us, the visitor paused. */
const begun = new WeakSet();
/** Clips that were paused because nobody saw them. @type {WeakSet<HTMLVideoElement>} */
const unseen = new WeakSet();

/** Clips play while they can be seen, so that a hundred of them neither run unseen nor hold every connection. */
const audience = new IntersectionObserver(
  (sightings) => {
    for (const { target, isIntersecting } of sightings) {
      const clip = /** @type {HTMLVideoElement} */ (target);
      if (isIntersecting) clip.preload = "metadata";
      if (!isIntersecting) hold(clip);
      else if (!calm.matches && (unseen.delete(clip) || !begun.has(clip))) play(clip);
    }
  },
  { threshold: 0.4 },
);

/** @param {HTMLVideoElement} clip */
function hold(clip) {
  if (clip.paused) return;
  unseen.add(clip);
  clip.pause();
}

/** @param {HTMLVideoElement} clip */
async function play(clip) {
  begun.add(clip);
  try {
    await clip.play();
  } catch (error) {
    if (/** @type {Error} */ (error).name === "AbortError") return; // it was paused before it had come
    begun.delete(clip);
    clip.pause(); // forbidden here: the controls are left
  }
}

/** Shows what it is given. `onGone(kind)` is called when the file behind it is no longer kept. */
export class Frame {
  #name;
  #onGone;
  #figure = svg("svg", { class: "figure", viewBox: "0 0 100 146", "aria-hidden": "true" }, svg("path", { d: FIGURE }));
  /** @type {Partial<Record<Kind, Shown>>} */
  #shown = {};

  /** @param {string} name @param {(kind: Kind) => void} onGone */
  constructor(name, onGone) {
    this.#name = name;
    this.#onGone = onGone;
    this.element = h("div", { class: "frame" }, this.#figure, h("span", { class: "glow" }));
  }

  /** @param {number | null} lit 0 to 1, null while nobody knows */
  light(lit) {
    this.element.classList.toggle("unknown", lit === null);
    this.element.style.setProperty("--lit", String(lit ?? 0));
  }

  /** Show these; `isNew` lets them appear slowly. @param {Outputs} outputs @param {boolean} isNew */
  render(outputs, isNew) {
    for (const kind of KINDS) {
      const url = outputs[kind]?.url;
      if (this.#shown[kind]?.url !== url) this.#replace(kind, url, isNew, outputs.portrait?.url);
    }
  }

  /** The server is back: try again what did not load while it was away. */
  mend() {
    for (const shown of Object.values(this.#shown)) mend(shown);
  }

  /** Stop everything: the card leaves the page. */
  leave() {
    this.render({}, false);
  }

  /** @param {Kind} kind @param {string | undefined} url @param {boolean} isNew @param {string} [poster] */
  #replace(kind, url, isNew, poster) {
    const before = this.#shown[kind]?.media;
    delete this.#shown[kind];
    if (!url) return this.#empty(kind);
    const media = kind === "portrait" ? this.#picture(isNew, before) : this.#clip(poster, before);
    this.#shown[kind] = { url, media, broken: false };
    this.#watch(kind, media, url);
    media.src = url;
  }

  /** Also of what was to stay until its successor had come. @param {Kind} kind */
  #empty(kind) {
    for (const media of this.element.querySelectorAll(kind === "portrait" ? "img" : "video")) leave(media);
  }

  /** @param {Kind} kind @param {HTMLImageElement | HTMLVideoElement} media @param {string} url */
  #watch(kind, media, url) {
    let [tries, failures] = [0, 0];
    media.addEventListener("error", async () => {
      const kept = await isKept(url);
      const shown = this.#shown[kind];
      if (shown?.media !== media) return;
      tries += 1;
      if (kept === false) this.#onGone(kind);
      else if (kept && tries < TRIES) media.src = url;
      else {
        shown.broken = true;
        failures += 1;
        setTimeout(() => this.#shown[kind] === shown && mend(shown), pauseAfter(failures));
      }
    });
  }

  /** The old picture stays until the new one is decoded. @param {boolean} isNew @param {Element} [before] */
  #picture(isNew, before) {
    const picture = h("img", { alt: `Portrait of ${this.#name}`, loading: "lazy", decoding: "async" });
    picture.addEventListener("load", async () => {
      await picture.decode().catch(() => undefined); // it is shown all the same
      picture.classList.add("there", ...(isNew ? ["new"] : []));
      if (isNew && before && !calm.matches) await Promise.allSettled(picture.getAnimations().map(({ finished }) => finished));
      leave(before);
    });
    (before ?? this.#figure).after(picture);
    return picture;
  }

  /** @param {string | undefined} poster @param {Element} [before] */
  #clip(poster, before) {
    const clip = h("video", { "aria-label": `Clip of ${this.#name}`, controls: true, loop: true, muted: true, playsinline: true, preload: "none", poster });
    clip.muted = true;
    leave(before);
    this.element.append(clip);
    audience.observe(clip);
    return clip;
  }
}

/** Try again what is broken. @param {Shown} shown */
function mend(shown) {
  if (!shown.broken) return;
  shown.broken = false;
  shown.media.src = shown.url;
}

/** @param {Element} [media] */
function leave(media) {
  if (!media) return;
  audience.unobserve(media);
  media.remove();
  if (!(media instanceof HTMLVideoElement)) return;
  media.removeAttribute("src");
  media.load(); // lets go of its connection
}
