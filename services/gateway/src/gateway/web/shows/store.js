/** The shows of this browser: blueprints, characters, what was made of them, and what was chosen for them. */

import { openRows } from "./rows.js";
import { characterRow, newId, summaryOf, titleOf, unusedId } from "./naming.js";

/**
 * @typedef {import("./rows.js").Rows} Rows
 * @typedef {import("./rows.js").Transaction} Transaction
 * @typedef {"portrait" | "video"} Kind
 * @typedef {Record<string, any>} Doc a document as its app holds it; its fields are in the API's reference
 *
 * @typedef {object} Output what was made, and can be shown
 * @property {string} url
 * @property {string} jobId
 * @property {string | null} model
 * @property {number | null} width
 * @property {number | null} height
 * @property {number | null} durationSeconds
 * @property {string} [prompt] the words it was made of, where they were the user's own
 * @property {string} [portraitUrl] the portrait that a clip moves, where that is known
 * @property {number} at when it was finished, in epoch milliseconds
 *
 * @typedef {{portrait?: Output, video?: Output}} Outputs
 * @typedef {{id: string, name: string, document: Doc}} Character
 * @typedef {{autoGenerate?: boolean} & Record<string, any>} Settings
 * @typedef {{id: string, name: string, colours: string[], outputs: Outputs}} Member
 *
 * @typedef {object} Summary a show without its documents, in a row of a list
 * @property {string} id
 * @property {string} title
 * @property {string} logline
 * @property {{characters: number, portraits: number, clips: number}} counts
 * @property {Member[]} cast in its order
 *
 * @typedef {object} Show
 * @property {string} id
 * @property {string} title
 * @property {Doc} show the blueprint
 * @property {Character[]} characters
 * @property {Record<string, Outputs>} outputs by the character's id
 * @property {Settings} settings
 *
 * @typedef {object} Documents what a show is made from
 * @property {string} [id] where it must have a certain one
 * @property {string} [title]
 * @property {Doc | null} [show]
 * @property {Array<{id?: string, name?: string, document: Doc, outputs?: Outputs}>} [characters]
 * @property {Settings} [settings]
 */

const BLUEPRINT = "";
const CHANNEL = "greenroom.shows";

/**
 * Fires "change" with `{id}` in `detail` for every show that was changed, here or in another tab of this browser.
 * Every method may reject with the browser's own error: a database without room, or one that was taken away.
 */
export class ShowStore extends EventTarget {
  /** @type {Promise<Rows>} */
  #rows;
  #channel = typeof BroadcastChannel === "function" ? new BroadcastChannel(CHANNEL) : null;

  /** @param {Promise<Rows>} [rows] */
  constructor(rows = openRows()) {
    super();
    this.#rows = rows;
    this.#channel?.addEventListener("message", ({ data }) => this.#fire(data.id));
  }

  /** Whether shows outlive this page; false where the browser forbids its database. */
  async isLasting() {
    return (await this.#rows).lasting;
  }

  /** All shows, newest first. @returns {Promise<Summary[]>} */
  async list() {
    const everything = (/** @type {Transaction} */ rows) => Promise.all([rows.all("shows"), rows.all("outputs")]);
    const [shows, outputs] = await (await this.#rows).read(everything);
    const byShow = grouped(outputs);
    const newestFirst = shows.sort((one, other) => other.createdAt - one.createdAt);
    return newestFirst.map((row) => summaryOf(row, byShow.get(row.id) ?? []));
  }

  /** @param {string} id @returns {Promise<Show | null>} null for a show that is not here (any more) */
  async get(id) {
    return (await this.#rows).read(async (rows) => {
      const [row, documents, outputs] = await Promise.all([
        rows.get("shows", [id]),
        rows.all("documents", [id]),
        rows.all("outputs", [id]),
      ]);
      if (!row) return null;
      const byId = new Map(documents.map(({ characterId, document }) => [characterId, document]));
      const { cast } = summaryOf(row, outputs);
      return {
        id,
        title: row.title,
        show: byId.get(BLUEPRINT) ?? {},
        characters: cast.map((member) => ({ id: member.id, name: member.name, document: byId.get(member.id) ?? {} })),
        outputs: Object.fromEntries(cast.map((member) => [member.id, member.outputs])),
        settings: row.settings,
      };
    });
  }

  /** Whether there is such a character in such a show. @param {string} showId @param {string} characterId */
  async has(showId, characterId) {
    const row = await (await this.#rows).read((rows) => rows.get("shows", [showId]));
    return Boolean(row?.cast.some((/** @type {Member} */ { id }) => id === characterId));
  }

  /**
   * A new show, with whatever there is of it; resolves with its id.
   *
   * @param {Documents} documents
   * @returns {Promise<string>}
   */
  async add(documents) {
    return this.#change((rows) => insert(rows, documents));
  }

  /**
   * A show for a browser that has never been here; only the first call of all its tabs adds it.
   *
   * @param {Documents} documents
   * @returns {Promise<string | null>} the show's id, null when this is not the first visit
   */
  async addFirst(documents) {
    return this.#change(async (rows) => {
      if (await rows.get("marks", ["visited"])) return null;
      await rows.put("marks", { name: "visited", at: Date.now() });
      return insert(rows, documents);
    });
  }

  /** Whether `addFirst` was never called. */
  async isFirstVisit() {
    return (await this.#rows).read(async (rows) => !(await rows.get("marks", ["visited"])));
  }

  /**
   * Change a show's title, blueprint or settings. Settings are laid over those there are; a function is given these,
   * as they are by then in whichever tab, and returns what to lay over them.
   *
   * @param {string} id
   * @param {{title?: string, show?: Doc, settings?: Settings | ((now: Settings) => Settings)}} changes
   */
  async update(id, { title, show, settings = {} }) {
    await this.#changeShow(id, async (rows, row) => {
      const before = (await rows.get("documents", [id, BLUEPRINT]))?.document ?? {};
      const blueprint = { ...(show ?? before), ...(title && { show_title: title }) };
      await rows.put("documents", { showId: id, characterId: BLUEPRINT, document: blueprint });
      const laid = typeof settings === "function" ? settings(row.settings) : settings;
      return { ...row, ...titleOf(blueprint), settings: { ...row.settings, ...laid } };
    });
  }

  /**
   * Add characters, or give those whose ids are there another document: all of them, or none.
   *
   * @param {string} showId
   * @param {Array<{id?: string, name?: string, document: Doc}>} characters
   */
  async putCharacters(showId, characters) {
    await this.#changeShow(showId, async (rows, row) => {
      const cast = [...row.cast];
      for (const character of characters) {
        const place = cast.findIndex(({ id }) => id === character.id);
        const taken = [...cast.map(({ id }) => id), ...(row.left ?? [])];
        const id = place < 0 ? unusedId(character, taken) : cast[place].id;
        const at = place < 0 ? cast.length : place;
        const member = characterRow({ ...character, id }, at);
        await rows.put("documents", { showId, characterId: id, document: character.document });
        cast[at] = member;
      }
      return { ...row, cast };
    });
  }

  /**
   * The id is never given again in this show: the server's late news of whoever left would be taken for the newcomer's.
   *
   * @param {string} showId
   * @param {string} characterId
   */
  async removeCharacter(showId, characterId) {
    await this.#changeShow(showId, async (rows, row) => {
      await rows.remove("documents", [showId, characterId]);
      await rows.remove("outputs", [showId, characterId]);
      const cast = row.cast.filter((/** @type {Member} */ { id }) => id !== characterId);
      return { ...row, cast, left: [...new Set([...(row.left ?? []), characterId])] };
    });
  }

  /** Forget a show and all that belongs to it. @param {string} id */
  async remove(id) {
    await this.#change(async (rows) => {
      for (const table of /** @type {const} */ (["shows", "documents", "outputs"])) await rows.remove(table, [id]);
      return id;
    });
  }

  /**
   * Note what was made; null forgets it. An output older than the one known (or forgotten) is not taken: ends may
   * be learned of in any order. Nor is one of a show or a character that is not here any more.
   *
   * @param {string} showId
   * @param {string} characterId
   * @param {Kind} kind
   * @param {Output | null} output
   */
  async setOutput(showId, characterId, kind, output) {
    await this.#change(async (rows) => {
      const row = await rows.get("shows", [showId]);
      if (!row?.cast.some((/** @type {Member} */ { id }) => id === characterId)) return null;
      const before = await rows.get("outputs", [showId, characterId, kind]);
      if (output ? before && before.at >= output.at : !before?.output) return null;
      // What was forgotten leaves its time behind, or the server's next list would bring it back.
      await rows.put("outputs", { showId, characterId, kind, output, at: output?.at ?? before.at });
      return showId;
    });
  }

  /**
   * @param {string} id
   * @param {(rows: Transaction, row: any) => Promise<object>} work gives the show's new row
   */
  async #changeShow(id, work) {
    await this.#change(async (rows) => {
      const row = await rows.get("shows", [id]);
      if (!row) throw new Error("This show is not in this browser any more.");
      await rows.put("shows", await work(rows, row));
      return id;
    });
  }

  /**
   * @template {string | null} T
   * @param {(rows: Transaction) => Promise<T>} work gives the id of the show it changed, null for none
   */
  async #change(work) {
    const id = await (await this.#rows).change(work);
    if (id !== null) {
      this.#fire(id);
      this.#channel?.postMessage({ id });
    }
    return id;
  }

  /** @param {string} id */
  #fire(id) {
    this.dispatchEvent(new CustomEvent("change", { detail: { id } }));
  }
}

/** @param {Transaction} rows @param {Documents} documents */
async function insert(rows, { id, title, show, characters = [], settings = {} }) {
  const blueprint = { ...show, ...(title && { show_title: title }) };
  const names = titleOf(blueprint);
  const showId = id ?? newId(names.title);
  /** @type {any[]} */
  const cast = [];
  for (const character of characters) {
    const member = characterRow({ ...character, id: unusedId(character, cast.map((other) => other.id)) }, cast.length);
    cast.push(member);
    await rows.put("documents", { showId, characterId: member.id, document: character.document });
    for (const [kind, output] of Object.entries(character.outputs ?? {})) {
      if (output) await rows.put("outputs", { showId, characterId: member.id, kind, output, at: output.at });
    }
  }
  await rows.put("documents", { showId, characterId: BLUEPRINT, document: blueprint });
  await rows.put("shows", { id: showId, ...names, cast, settings, createdAt: Date.now() });
  return showId;
}

/** @param {any[]} outputs */
function grouped(outputs) {
  const groups = new Map();
  for (const row of outputs) {
    const group = groups.get(row.showId);
    if (group) group.push(row);
    else groups.set(row.showId, [row]);
  }
  return groups;
}
