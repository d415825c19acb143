/** What the page remembers between visits: one small entry per job, in the browser's local storage. */

const PREFIX = "greenroom.job.";

/** Fires "entry" events with `{name, entry}` in `detail` when another tab has written one. */
export class Store extends EventTarget {
  #storage = storage();

  constructor() {
    super();
    addEventListener("storage", ({ key, newValue }) => {
      if (!key?.startsWith(PREFIX)) return;
      const detail = { name: key.slice(PREFIX.length), entry: parse(newValue) };
      this.dispatchEvent(new CustomEvent("entry", { detail }));
    });
  }

  /** The entry of this name, null when there is none that can be read. */
  read(name) {
    return parse(this.#storage.getItem(PREFIX + name));
  }

  write(name, entry) {
    this.#storage.setItem(PREFIX + name, JSON.stringify(entry));
  }

  remove(name) {
    this.#storage.removeItem(PREFIX + name);
  }
}

function parse(text) {
  try {
    const entry = JSON.parse(text);
    return typeof entry === "object" ? entry : null;
  } catch {
    return null;
  }
}

/** Local storage, or, where the browser forbids or has no room for it, as much as lasts until the page is left. */
function storage() {
  try {
    localStorage.setItem(`${PREFIX}trial`, "null");
    localStorage.removeItem(`${PREFIX}trial`);
    return localStorage;
  } catch {
    return new Fleeting();
  }
}

class Fleeting {
  #kept = new Map();

  getItem(key) {
    return this.#kept.get(key) ?? null;
  }

  setItem(key, value) {
    this.#kept.set(key, value);
  }

  removeItem(key) {
    this.#kept.delete(key);
  }
}
