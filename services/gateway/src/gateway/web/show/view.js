/** The Show view: the playbill, and a card for each of the cast. */

import { arrange, h } from "../shell/dom.js";
import { fetchAhead, part } from "../shell/later.js";
import { stylesheet } from "../shell/sheets.js";
import { entitle } from "../shell/title.js";
import { isActive, slotOf } from "../client/index.js";
import { unasked } from "./auto.js";
import { Card } from "./card.js";
import { Making, sceneOf } from "./making.js";
import { Playbill } from "./playbill.js";
import { slotOfCharacter, wantsPortrait } from "./slot.js";
import { announcement, thingName } from "./words.js";

/**
 * @import { Kind, Task } from "../client/types.js"
 * @typedef {import("../shell/app.js").App} App
 * @typedef {import("../shows/store.js").Show} Show
 * @typedef {import("../shows/store.js").Character} Character
 */

const TICK_MS = 1_000;

const dialogs = () => import("./dialogs.js");
const large = async () => (await Promise.all([import("./viewer.js"), stylesheet("show/viewer.css")]))[0];

/** @param {HTMLElement} outlet @param {App} app @param {Record<string, string>} params */
export async function open(outlet, app, { id }) {
  const show = await app.shows.get(id);
  if (!show) {
    outlet.append(notHere());
    return { title: "No such show", leave() {} };
  }
  const view = new ShowView(outlet, app, show);
  return { title: show.title, leave: () => view.leave() };
}

class ShowView {
  #app;
  #show;
  #making;
  #playbill;
  /** @type {Map<string, Card>} */
  #cards = new Map();
  #list = h("ul", { class: "cast", role: "list" });
  #nobody = nobody();
  #left = new AbortController();
  /** @type {import("./viewer.js").Viewer | null} */
  #viewer = null;
  #isAsking = false;
  #isReading = false;
  #isStale = false;

  /** @param {HTMLElement} outlet @param {App} app @param {Show} show */
  constructor(outlet, app, show) {
    this.#app = app;
    this.#show = show;
    this.#making = new Making(app, () => this.#show);
    this.#playbill = new Playbill({
      makeMissing: () => this.#making.portraits(this.#missing()),
      setAuto: (on) => this.#setAuto(on),
      chooseModels: () => this.#dialog(({ chooseModels }) => chooseModels(app, this.#show)),
      add: () => this.#dialog(({ addCharacters }) => addCharacters(app, this.#show)),
      rename: () => this.#dialog(({ rename }) => rename(app, this.#show)),
    });
    outlet.append(this.#playbill.element, this.#list, this.#nobody);
    this.#render();
    this.#listen();
    this.#comeBack();
    fetchAhead(dialogs, large, () => stylesheet("show/direct.css"));
  }

  /** Known here at once: a task that moves meanwhile draws the switch again. @param {boolean} on */
  #setAuto(on) {
    this.#show.settings.autoGenerate = on;
    this.#app.shows.update(this.#show.id, { settings: { autoGenerate: on } });
  }

  leave() {
    this.#left.abort();
    this.#viewer?.close();
    for (const card of this.#cards.values()) card.leave();
  }

  #listen() {
    const { signal } = this.#left;
    const { greenroom, shows } = this.#app;
    const on = (/** @type {EventTarget} */ target, /** @type {string} */ name, /** @type {(detail: any) => void} */ hear) =>
      target.addEventListener(name, (event) => hear(/** @type {CustomEvent} */ (event).detail), { signal });
    on(shows, "change", ({ id }) => id === this.#show.id && this.#read());
    on(greenroom, "task", ({ task, was }) => task.showId === this.#show.id && this.#changed(task, was));
    on(greenroom, "connection", ({ state }) => {
      if (state === "live" || state === "polling") for (const card of this.#cards.values()) card.mend();
    });
    const ticking = setInterval(() => this.#cards.forEach((card) => card.tick()), TICK_MS);
    signal.addEventListener("abort", () => clearInterval(ticking));
  }

  /** Learn what became of it all meanwhile, then make what the show wants made by itself. */
  async #comeBack() {
    try {
      const characters = await unasked(this.#app, () => this.#show);
      if (!this.#left.signal.aborted) this.#making.portraits(characters);
    } catch (error) {
      // The page goes on with what it knows itself.
      console.info("[greenroom] The server would not say what it has of this show.", error);
    }
  }

  /** The show was changed, here or in another tab. Changes that come while it is read are read together. */
  async #read() {
    this.#isStale = true;
    if (this.#isReading) return;
    this.#isReading = true;
    try {
      while (this.#isStale) {
        this.#isStale = false;
        const show = await this.#app.shows.get(this.#show.id);
        if (this.#left.signal.aborted) return;
        if (!show) return this.#app.go("/");
        this.#show = show;
      }
    } catch (error) {
      return console.info("[greenroom] This browser would not say what changed in the show.", error);
    } finally {
      this.#isReading = false; // the next change is read whatever became of this one
    }
    entitle(this.#show.title);
    this.#render();
  }

  #render() {
    const { characters } = this.#show;
    const cards = characters.map((character) => this.#card(character));
    for (const [id, card] of this.#cards) {
      if (cards.includes(card)) continue;
      card.leave();
      this.#cards.delete(id);
    }
    arrange(this.#list, cards.map(({ element }) => element));
    this.#nobody.hidden = characters.length > 0;
    for (const { id } of characters) this.#update(id);
    this.#count();
  }

  /** The character's card: a new one when it is new, or is called otherwise now. @param {Character} character */
  #card(character) {
    const known = this.#cards.get(character.id);
    if (known?.character.name === character.name) {
      known.character = character;
      return known;
    }
    const card = new Card(character, {
      make: (who, kind) => this.#make(who, kind),
      cancel: (task) => this.#making.cancel(task),
      retry: (who, task) => this.#making.retry(who, task),
      edit: (who, task) => this.#dialog(({ editAndRetry }) => editAndRetry(this.#app, this.#show, who, task, this.#making)),
      dismiss: (task) => this.#making.dismiss(task),
      direct: (who) => this.#dialog(({ directCharacter }) => directCharacter(this.#app, this.#show, who, this.#making)),
      enlarge: (who) => this.#enlarge(who),
      gone: (who, kind) => this.#gone(who, kind),
    });
    this.#cards.set(character.id, card);
    return card;
  }

  /** @param {Character} character @param {Kind} kind */
  #make(character, kind) {
    if (kind === "portrait") this.#making.portraits([character]);
    else if (sceneOf(character)) this.#making.clip(character);
    else this.#dialog(({ askForScene }) => askForScene(this.#app, this.#show, character, this.#making));
  }

  /** @param {Task} task @param {Task | null} was */
  #changed(task, was) {
    this.#update(task.characterId);
    if (task.phase === was?.phase) return;
    this.#count();
    const words = announcement(task, was);
    if (words) this.#app.announce(words, { assertive: task.phase === "failed" });
  }

  /** @param {string} characterId */
  #update(characterId) {
    const { id, outputs } = this.#show;
    const task = (/** @type {Kind} */ kind) => this.#app.greenroom.task(slotOf(id, characterId, kind));
    const slot = slotOfCharacter(outputs[characterId] ?? {}, { portrait: task("portrait"), video: task("video") });
    this.#cards.get(characterId)?.update(slot);
  }

  #missing() {
    return this.#show.characters.filter(({ id }) => wantsPortrait(/** @type {Card} */ (this.#cards.get(id)).slot));
  }

  #count() {
    const { id, characters, outputs } = this.#show;
    const ready = characters.map((one) => one.id).filter((one) => outputs[one]?.portrait);
    const making = characters.filter((one) => isActive(this.#app.greenroom.task(slotOf(id, one.id, "portrait")))).length;
    this.#playbill.update(this.#show, { ready, making, missing: this.#missing().length });
  }

  /** @param {Character} character @param {Kind} kind */
  async #gone({ id, name }, kind) {
    this.#making.dismiss(this.#making.task(id, kind));
    await this.#app.shows.setOutput(this.#show.id, id, kind, null);
    this.#app.announce(`The ${thingName(kind)} of ${name} is no longer kept.`);
  }

  /** @param {(all: typeof import("./dialogs.js")) => unknown} use */
  async #dialog(use) {
    if (this.#isAsking) return; // a second click, while the first one's dialog is still to come
    this.#isAsking = true;
    try {
      const all = await part(dialogs);
      if (all) await use(all);
    } catch (error) {
      console.warn("[greenroom] What was asked for could not be done.", error);
      this.#app.announce(`That could not be done: ${error instanceof Error ? error.message : error}`, { assertive: true });
    } finally {
      this.#isAsking = false;
    }
  }

  /** @param {Character} character */
  async #enlarge({ id }) {
    const loaded = await part(large);
    if (!loaded || this.#left.signal.aborted) return;
    this.#viewer?.close();
    this.#viewer = new loaded.Viewer(() => this.#show, (shown) => this.#cards.get(shown)?.focus());
    this.#viewer.open(id);
  }
}

function notHere() {
  return h(
    "section",
    { class: "empty" },
    h("h1", {}, "This show is not here"),
    h("p", {}, "Shows live in the browser that made them. It may have been deleted, or belong to another device."),
    h("a", { class: "button", href: "#/" }, "All shows"),
  );
}

function nobody() {
  return h(
    "section",
    { class: "empty" },
    h("h2", {}, "Nobody in the cast yet"),
    h("p", {}, "Add a character by a name and a few words, or paste the JSON of one or of many."),
  );
}
