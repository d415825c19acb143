/** The tokens: a small round button for each job that there is room for, moved by the style sheet's transitions. */

import { h, say, setOff } from "../shell/dom.js";
import { place } from "./places.js";
import { describe, initials } from "./words.js";

/** @import { Job } from "../client/types.js" */
/** @import { Line } from "./crowd.js" */
/** @import { Spot, Zones } from "./places.js" */

/** @typedef {{element: HTMLButtonElement, spot: Spot, isMine: boolean}} Token */

const FADE_MS = 400;
const MARKS = /** @type {Record<string, string>} */ ({ succeeded: "✓", failed: "!", canceled: "–" });
const STEPS = /** @type {Record<string, number>} */ ({
  ArrowRight: 1,
  ArrowDown: 1,
  ArrowLeft: -1,
  ArrowUp: -1,
  Home: -Infinity,
  End: Infinity,
});

/** One tab stop for all of them: the arrow keys go from one to the next. */
export class Tokens {
  /** @type {Map<string, Token>} by jobId, in the order of the walk */
  #tokens = new Map();
  #go;
  #tell;
  /** @type {string | undefined} the job at the tab stop */
  #current;
  /** @type {string | undefined} the job that somebody points at */
  #pointedAt;
  #isJump = true;

  /**
   * @param {string} title
   * @param {(path: string) => void} go
   * @param {(about: string | null) => void} tell is given the words for the token that somebody points at, null for none
   */
  constructor(title, go, tell) {
    this.#go = go;
    this.#tell = tell;
    const label = `${title}, job by job: the arrow keys go from one to the next`;
    this.element = h("div", { class: "tokens", role: "group", ariaLabel: label });
    this.element.addEventListener("pointerover", (event) => this.#pointed(event));
    this.element.addEventListener("focusin", (event) => this.#pointed(event));
    for (const left of ["pointerleave", "focusout"]) this.element.addEventListener(left, () => this.#left());
    this.element.addEventListener("keydown", (event) => this.#walk(event));
    this.element.addEventListener("click", (event) => this.#clicked(event));
  }

  /** The next change is shown without motion. */
  jump() {
    this.#isJump = true;
  }

  /**
   * Show a line; answers how many of those that wait can be seen.
   *
   * @param {Line} line
   * @param {Zones} zones
   * @param {(job: Job) => boolean} isMine
   */
  show(line, zones, isMine) {
    this.element.classList.toggle("still", this.#isJump);
    const before = this.#tokens;
    const spots = place(line, zones);
    const at = this.#idOf(document.activeElement);
    this.#tokens = new Map(spots.map((spot) => [spot.job.jobId, this.#token(spot, isMine(spot.job))]));
    for (const [jobId, token] of before) if (!this.#tokens.has(jobId)) dismiss(token);
    this.#stop(at, [...before.keys()]);
    if (this.#isJump) void this.element.offsetWidth; // applies the places before motion is allowed again
    this.element.classList.remove("still");
    this.#isJump = false;
    if (this.#pointedAt) this.#tellOf(this.#pointedAt);
    return spots.filter(({ zone }) => zone === "waiting").length;
  }

  /** @param {Spot} spot @param {boolean} isMine */
  #token(spot, isMine) {
    const known = this.#tokens.get(spot.job.jobId);
    const props = { type: "button", class: "token", tabindex: -1, "data-id": spot.job.jobId };
    const element = known?.element ?? h("button", props);
    if (!known) this.element.append(element);
    const token = { element, spot, isMine };
    paint(token);
    return token;
  }

  /**
   * Have one tab stop; the focus of a token that is gone goes to whichever has its place in the walk.
   *
   * @param {string | undefined} at
   * @param {string[]} before
   */
  #stop(at, before) {
    const ids = [...this.#tokens.keys()];
    const isGone = at !== undefined && !this.#tokens.has(at);
    if (isGone) this.#turnTo(ids[Math.min(before.indexOf(at), ids.length - 1)])?.focus({ preventScroll: true });
    else if (!this.#tokens.has(this.#current ?? "")) this.#turnTo(ids[0]);
  }

  /** @param {string | undefined} jobId */
  #turnTo(jobId) {
    const [old, next] = [this.#tokens.get(this.#current ?? ""), this.#tokens.get(jobId ?? "")];
    if (old) old.element.tabIndex = -1;
    if (next) next.element.tabIndex = 0;
    this.#current = jobId;
    return next?.element;
  }

  /** @param {KeyboardEvent} event */
  #walk(event) {
    const at = this.#idOf(event.target);
    const step = STEPS[event.key];
    if (at === undefined || step === undefined) return;
    event.preventDefault();
    const ids = [...this.#tokens.keys()];
    const to = Math.max(0, Math.min(ids.length - 1, ids.indexOf(at) + step));
    this.#turnTo(ids[to])?.focus();
  }

  /** @param {Event} event */
  #pointed(event) {
    const jobId = this.#idOf(event.target);
    if (jobId === undefined || !this.#tokens.has(jobId)) return;
    if (event.type === "focusin") this.#turnTo(jobId);
    this.#tellOf(jobId);
  }

  /** The pointer or the focus has gone; the other may still be at a token. */
  #left() {
    queueMicrotask(() => this.#tellOf(this.#idOf(document.activeElement)));
  }

  /** @param {string | undefined} jobId */
  #tellOf(jobId) {
    const token = this.#tokens.get(jobId ?? "");
    this.#pointedAt = token && jobId;
    this.#tell(token ? wordsFor(token) : null);
  }

  /** @param {Event} event */
  #clicked(event) {
    const token = this.#tokens.get(this.#idOf(event.target) ?? "");
    if (token?.isMine) this.#go(`/shows/${encodeURIComponent(token.spot.job.showId ?? "")}`);
  }

  /** @param {EventTarget | null} target */
  #idOf(target) {
    return target instanceof HTMLElement && this.element.contains(target) ? target.dataset.id : undefined;
  }
}

/** @param {Token} token */
function paint({ element, spot, isMine }) {
  const { job, zone, x, y } = spot;
  element.style.setProperty("--x", `${Math.round(x)}px`);
  element.style.setProperty("--y", `${Math.round(y)}px`);
  Object.assign(element.dataset, { zone, status: job.status });
  element.classList.toggle("mine", isMine);
  setOff(element, !isMine); // it leads to its show, and others' shows are not here
  element.ariaLabel = wordsFor({ spot, isMine });
  say(element, MARKS[job.status] ?? initials(job.characterName));
}

/** @param {{spot: Spot, isMine: boolean}} token */
function wordsFor({ spot, isMine }) {
  return describe(spot.job, { place: spot.place, isMine });
}

/** @param {Token} token */
function dismiss({ element }) {
  element.classList.add("gone");
  element.removeAttribute("data-id");
  element.ariaHidden = "true";
  setTimeout(() => element.remove(), FADE_MS);
}
