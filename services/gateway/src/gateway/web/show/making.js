/** What somebody asks for on this view, turned into calls of the client. */

import { slotOf } from "../client/index.js";
import { isBusy } from "./words.js";

/**
 * @import { Kind, Task, Wishes } from "../client/types.js"
 * @typedef {import("../shell/app.js").App} App
 * @typedef {import("../shows/store.js").Show} Show
 * @typedef {import("../shows/store.js").Character} Character
 * @typedef {{prompt?: string} & Partial<Record<Kind, Wishes>>} Wish what was chosen for one character
 */

/** @param {Character} character */
export function sceneOf({ document }) {
  const scene = document.showcase_scene_prompt;
  return typeof scene === "string" ? scene.trim() : "";
}

/** @param {Show} show @param {string} characterId @returns {Wish} */
export function wishOf({ settings }, characterId) {
  return settings.wishes?.[characterId] ?? {};
}

/** The fields that name the model for one character: its own choice, else the show's. @param {Wishes} [own] @param {Wishes} [shows] */
function modelFields(own = {}, shows = {}) {
  return own.imageModel || own.modelId ? own : shows;
}

/** Makes what a show wants. `current` gives the show as it is now. */
export class Making {
  #app;
  #current;

  /** @param {App} app @param {() => Show} current */
  constructor(app, current) {
    this.#app = app;
    this.#current = current;
  }

  /** @param {string} characterId @param {Kind} kind */
  task(characterId, kind) {
    return this.#app.greenroom.task(slotOf(this.#current().id, characterId, kind));
  }

  /** Make these characters' portraits. @param {Character[]} characters */
  portraits(characters) {
    for (const character of characters) this.again(character, "portrait");
  }

  /** Make the clip of a portrait. @param {Character} character */
  clip(character) {
    this.again(character, "video");
  }

  /** The same again, as the server has it; what it never took is asked for anew. @param {Character} character @param {Task} task */
  retry(character, task) {
    if (task.job) this.#app.greenroom.retry(task.slot);
    else this.again(character, task.kind);
  }

  /**
   * Anew, with what is chosen: what was chosen a moment ago may not be in the show yet as this view knows it.
   *
   * @param {Character} character
   * @param {Kind} kind
   * @param {Wish} [wish]
   */
  again(character, kind, wish = wishOf(this.#current(), character.id)) {
    if (kind === "portrait") this.#portrait(character, wish);
    else this.#clip(character, wish);
  }

  /** The same again with other words. @param {Task} task @param {string} customPrompt */
  retryWith(task, customPrompt) {
    this.#app.greenroom.retry(task.slot, { customPrompt });
  }

  /** @param {Task} task */
  cancel(task) {
    return this.#app.greenroom.cancel(task.slot);
  }

  /** Forget what has ended. @param {Task | null} task */
  dismiss(task) {
    if (task && !isBusy(task)) this.#app.greenroom.clear(task.slot);
  }

  /** @param {Character} character @param {Wish} wish */
  #portrait(character, wish) {
    this.#make(character, "portrait", wish, wish.prompt ? { customPrompt: wish.prompt } : {});
    // A clip's failure is no news of the portrait that comes.
    this.dismiss(this.task(character.id, "video"));
    this.#remember(character);
  }

  /** @param {Character} character @param {Wish} wish */
  #clip(character, wish) {
    const portraitUrl = this.#current().outputs[character.id]?.portrait?.url;
    if (portraitUrl) this.#make(character, "video", wish, { portraitUrl });
  }

  /** @param {Character} character @param {Kind} kind @param {Wish} wish @param {Wishes} words */
  #make(character, kind, wish, words) {
    const { id, title, show, settings } = this.#current();
    const fields = modelFields(wish[kind], settings.models?.[kind]);
    const body = { show, character: character.document, ...fields, ...words };
    const ids = { showId: id, showTitle: title, characterId: character.id, characterName: character.name };
    this.#app.greenroom.make({ kind, ...ids, body });
  }

  /** What was asked for once is not made unasked: see auto.js. @param {Character} character */
  #remember(character) {
    const { id, settings } = this.#current();
    if (settings.asked?.includes(character.id)) return;
    const noted = (/** @type {Show["settings"]} */ { asked = [] }) => ({ asked: [...new Set([...asked, character.id])] });
    Object.assign(settings, noted(settings));
    this.#app.shows.update(id, { settings: noted });
  }
}
