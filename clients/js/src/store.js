/** The tasks in the browser's storage, which all tabs share: half an hour's, and no more. */

import { isActive } from "./tasks.js";

/** @import { Task, TaskStorage } from "./types.js" */
/** @import { World } from "./world.js" */

const ACTIVE_MS = 30 * 60_000;
const ENDED_MS = 10 * 60_000;
const TEXTS = ["jobId", "kind", "showId", "characterId", "characterName", "showTitle"];
const PHASES = ["sending", "active", "succeeded", "failed", "canceled"];

export class TaskStore {
  /** Whether other tabs see what is written here. */
  isShared;
  #storage;
  #prefix;
  #world;
  #drop;
  /** What the storage had no room for. @type {Map<string, string>} */
  #kept = new Map();

  /**
   * `storage` undefined means the browser's own; `onDrop` is told the slot of each entry that cannot be read.
   * @param {{storage?: TaskStorage, base: string, world: World, onDrop: (slot: string) => void}} parts
   */
  constructor({ storage, base, world, onDrop }) {
    this.#prefix = `greenroom${base}task/`;
    this.#world = world;
    this.#drop = onDrop;
    this.#storage = usable(storage, this.#prefix);
    this.isShared = this.#storage !== null;
  }

  /** All that is worth going on with; whatever else is there is cleared away. @returns {Task[]} */
  all() {
    const { length } = this.#storage ?? [];
    const keys = Array.from({ length }, (_, index) => this.#storage?.key(index) ?? "");
    const slots = keys.filter((key) => key.startsWith(this.#prefix)).map((key) => key.slice(this.#prefix.length));
    return slots.map((slot) => this.read(slot)).filter((task) => task !== null);
  }

  /** The task of a slot; null when there is none, or none that is young enough. @param {string} slot */
  read(slot) {
    const key = this.#prefix + slot;
    const text = this.#kept.get(key) ?? this.#storage?.getItem(key) ?? null;
    return text === null ? null : this.#understood(slot, text);
  }

  /** @param {Task} task */
  write(task) {
    const key = this.#prefix + task.slot;
    const entry = JSON.stringify({ at: this.#world.now(), task });
    try {
      if (this.isShared) this.#storage?.setItem(key, entry);
    } catch {
      this.isShared = false; // full: from here on this tab keeps what it knows to itself
    }
    if (!this.isShared) this.#kept.set(key, entry);
  }

  /** @param {string} slot */
  remove(slot) {
    this.#kept.delete(this.#prefix + slot);
    this.#storage?.removeItem(this.#prefix + slot);
  }

  /**
   * Hear of other tabs' writes, null for what they removed.
   * @param {(slot: string, task: Task | null) => void} hear @param {AbortSignal} signal
   */
  watch(hear, signal) {
    /** @param {StorageEvent} event */
    const changed = ({ key, newValue }) => {
      if (!key?.startsWith(this.#prefix)) return;
      const slot = key.slice(this.#prefix.length);
      hear(slot, newValue === null ? null : this.#understood(slot, newValue));
    };
    this.#world.listen("storage", changed, signal);
  }

  /** Whether an ended task has been kept for long enough. @param {Task} task */
  isOver({ endedAt }) {
    return endedAt !== null && this.#world.now() - endedAt >= ENDED_MS;
  }

  /** @param {string} slot @param {string} text @returns {Task | null} */
  #understood(slot, text) {
    const entry = parsed(text);
    if (!isEntry(entry, slot)) this.#drop(slot);
    // A clock that was set back makes nothing older.
    else if (isActive(entry.task) ? this.#world.now() - entry.at < ACTIVE_MS : !this.isOver(entry.task))
      return Object.freeze(entry.task);
    this.remove(slot);
    return null;
  }
}

/** @param {string} text */
function parsed(text) {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}

/** @param {any} entry @param {string} slot @returns {entry is {at: number, task: Task}} */
function isEntry(entry, slot) {
  const task = entry?.task;
  if (typeof entry?.at !== "number" || task?.slot !== slot || typeof task.since !== "number") return false;
  const isWhole = TEXTS.every((name) => typeof task[name] === "string") && isObject(task.request);
  const isJobWhole = task.job === null ? task.phase !== "active" : isObject(task.job) && typeof task.job.updatedAt === "string";
  return isWhole && isJobWhole && PHASES.includes(task.phase) && isActive(task) === (task.endedAt === null);
}

/** @param {unknown} value */
function isObject(value) {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/**
 * The storage, null where the browser forbids it or has no room at all.
 * @param {TaskStorage | undefined} given @param {string} prefix @returns {TaskStorage | null}
 */
function usable(given, prefix) {
  try {
    const storage = given ?? globalThis.localStorage;
    storage.setItem(`${prefix}trial`, "");
    storage.removeItem(`${prefix}trial`);
    return storage;
  } catch {
    return null;
  }
}
