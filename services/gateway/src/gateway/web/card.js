/** A character's card: what is known of its two jobs, and the controls that start them. */

import { Frame } from "./frame.js";
import { buttonLabel, elapsed, statusLine, thingName } from "./words.js";

const KINDS = ["portrait", "video"];
const COLOUR = /^#[0-9a-f]{6}$/i;

/** A view of `jobs` (`{portrait, video}`); `element` is the card, to be put on the page. */
export class Card {
  #jobs;
  #frame;
  #parts;

  constructor(template, character, jobs) {
    this.element = template.content.firstElementChild.cloneNode(true);
    this.#jobs = jobs;
    this.#parts = partsOf(this.element);
    const name = character.metadata?.name ?? character.character;
    this.#introduce(character, name);
    this.#frame = new Frame(this.#parts.frame, name, (kind) => jobs[kind].isKept());
    for (const kind of KINDS) {
      this.#parts[kind].addEventListener("click", (event) => this.#clicked(kind, event));
      jobs[kind].addEventListener("change", () => this.#changed(kind));
    }
    this.#render();
  }

  /** Whether there is neither a portrait nor one being made. */
  get wantsPortrait() {
    const { isBusy, state } = this.#jobs.portrait;
    return !isBusy && !state.outputUrl;
  }

  get hasPortrait() {
    return Boolean(this.#jobs.portrait.state.outputUrl);
  }

  /** Ask for the portrait, with the words of the card's own form. */
  makePortrait() {
    this.#jobs.portrait.start({ customPrompt: this.#parts.prompt.value.trim() });
  }

  makeClip() {
    const portraitUrl = this.#jobs.portrait.state.outputUrl;
    this.#jobs.video.start({ portraitUrl, scene: this.#parts.scene.value.trim() });
  }

  /** Go on with what was begun on an earlier visit. */
  resume() {
    for (const kind of KINDS) this.#jobs[kind].resume();
  }

  /** Show the time that has passed; to be called every second. */
  tick() {
    const { isBusy, state } = this.#current();
    this.#parts.elapsed.textContent = isBusy ? elapsed(state.since) : "";
  }

  #introduce(character, name) {
    const { name: heading, role, line, scene } = this.#parts;
    heading.textContent = name;
    heading.id = `name-${character.character_id}`;
    this.element.setAttribute("aria-labelledby", heading.id);
    role.textContent = character.metadata?.role ?? "";
    line.textContent = character.look?.wardrobe?.summary ?? "";
    scene.value = character.showcase_scene_prompt ?? "";
    for (const [index, colour] of (character.look?.signature_colors ?? []).entries()) {
      if (COLOUR.test(colour)) this.element.style.setProperty(`--signature-${index + 1}`, colour);
    }
  }

  #clicked(kind, event) {
    // The second click of a double click may meet a button that means something else by then.
    if (event.detail > 1 || event.currentTarget.ariaDisabled === "true") return;
    if (kind === "portrait") this.makePortrait();
    else this.makeClip();
  }

  #changed(kind) {
    const { portrait, video } = this.#jobs;
    const clipOf = video.state.request.portraitUrl;
    const isOutdated = portrait.state.phase === "done" && clipOf && clipOf !== portrait.state.outputUrl;
    if (kind === "portrait" && !video.isBusy && (portrait.state.phase === "idle" || isOutdated)) video.reset();
    this.#recall(kind);
    this.#render();
  }

  /** Put words chosen on an earlier visit back where they were typed. */
  #recall(kind) {
    const { customPrompt, scene } = this.#jobs[kind].state.request;
    if (customPrompt && !this.#parts.prompt.value) this.#parts.prompt.value = customPrompt;
    if (scene && !this.#parts.scene.value) this.#parts.scene.value = scene;
  }

  /** The job that the card speaks of: the latest that has anything to say. */
  #current() {
    const { portrait, video } = this.#jobs;
    return portrait.isBusy || video.state.phase === "idle" ? portrait : video;
  }

  #render() {
    const { portrait, video } = this.#jobs;
    const job = this.#current();
    const { state } = job;
    this.element.dataset.phase = state.phase;
    say(this.#parts.status, statusLine(job.kind, state));
    say(this.#parts.detail, (state.phase === "failed" ? state.error : (state.detail ?? state.note)) ?? "");
    this.#renderProgress(job);
    this.#renderButton("portrait", { off: portrait.isBusy || video.isBusy });
    this.#renderButton("video", { off: portrait.isBusy || video.isBusy, hidden: !this.hasPortrait });
    this.#renderLink(job);
    this.#frame.render({ portrait: portrait.state.outputUrl, video: video.state.outputUrl });
    this.tick();
  }

  #renderProgress({ kind, isBusy, state }) {
    const { progress } = this.#parts;
    const known = typeof state.progress === "number";
    progress.hidden = !isBusy;
    if (known) progress.value = state.progress;
    else progress.removeAttribute("value");
    progress.ariaLabel = `Progress of the ${thingName(kind)}`;
    this.#frame.light({ waiting: isBusy, lit: known ? state.progress / 100 : null });
  }

  #renderButton(kind, { off, hidden = false }) {
    const button = this.#parts[kind];
    const label = buttonLabel(kind, this.#jobs[kind].state);
    button.hidden = hidden;
    // Not `disabled`, which would take the focus away from whoever has just pressed it.
    button.ariaDisabled = String(off);
    const who = this.#parts.name.textContent;
    button.ariaLabel = `${label}: ${label.includes(thingName(kind)) ? who : `${thingName(kind)} of ${who}`}`;
    say(button, label);
  }

  #renderLink({ kind, isBusy, state }) {
    const { open } = this.#parts;
    open.hidden = isBusy || !state.outputUrl;
    if (open.hidden) return;
    open.href = state.outputUrl;
    open.ariaLabel = `Open the ${thingName(kind)} of ${this.#parts.name.textContent}`;
    say(open, "Open");
  }
}

function partsOf(element) {
  const parts = element.querySelectorAll("[data-part]");
  return Object.fromEntries([...parts].map((part) => [part.dataset.part, part]));
}

/** Set a text if it is another: a live region would read the same words again. */
function say(element, text) {
  if (element.textContent !== text) element.textContent = text;
}
