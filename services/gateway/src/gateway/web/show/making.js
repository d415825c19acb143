/** What somebody asks for on this view, turned into calls of the client. */

import { slotOf } from "../client/index.js";

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

/** Whether two wishes say the same, in whichever order. @param {Wishes} one @param {Wishes} other */
function isSame(one, other) {
  const told = (/** @type {Wishes} */ wishes) => JSON.stringify(Object.entries(wishes).filter(([, value]) => value !== undefined).sort());
  return told(one) === told(other);
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

  /**
   * Another try at what failed: by the server, which has the job, and may give it other words. What was chosen otherwise
   * since then, the model or the portrait that is to move, makes it another job.
   *
   * @param {Character} character
   * @param {Task} task
   * @param {Wish} [wish]
   */
  retry(character, task, wish = wishOf(this.#current(), character.id)) {
    const { customPrompt, ...wanted } = this.#wanted(character, task.kind, wish) ?? task.request;
    const { customPrompt: before, ...tried } = task.request;
    const isHere = task.job && this.task(character.id, task.kind)?.jobId === task.jobId;
    if (!isHere || !isSame(wanted, tried) || (before && !customPrompt)) this.again(character, task.kind, wish);
    else this.#app.greenroom.retry(task.slot, customPrompt ? { customPrompt } : {});
  }

  /**
   * Anew, with what is chosen: what was chosen a moment ago may not be in the show yet as this view knows it.
   *
   * @param {Character} character
   * @param {Kind} kind
   * @param {Wish} [wish]
   */
  again(character, kind, wish = wishOf(this.#current(), character.id)) {
    this.#make(character, kind, wish);
    if (kind === "video") return;
    // A clip's failure is no news of the portrait that comes.
    this.dismiss(this.task(character.id, "video"));
    this.#remember(character);
  }

  /** @param {Task} task */
  cancel(task) {
    return this.#app.greenroom.cancel(task.slot);
  }

  /** Forget what has ended; what has not goes on. @param {Task | null} task */
  dismiss(task) {
    if (task) this.#app.greenroom.clear(task.slot);
  }

  /** What is sent beside the documents; null for the clip of a portrait that is not there. @param {Character} character @param {Kind} kind @param {Wish} wish @returns {Wishes | null} */
  #wanted(character, kind, wish) {
    const { outputs, settings } = this.#current();
    const fields = modelFields(wish[kind], settings.models?.[kind]);
    if (kind === "portrait") return wish.prompt ? { ...fields, customPrompt: wish.prompt } : fields;
    const portraitUrl = outputs[character.id]?.portrait?.url;
    return portraitUrl ? { ...fields, portraitUrl } : null;
  }

  /** @param {Character} character @param {Kind} kind @param {Wish} wish */
  #make(character, kind, wish) {
    const { id, title, show } = this.#current();
    const wanted = this.#wanted(character, kind, wish);
    if (!wanted) return;
    const body = { show, character: character.document, ...wanted };
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
