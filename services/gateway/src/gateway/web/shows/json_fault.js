/** What is wrong with a text that should be JSON, for people. `JSON.parse` says it differently in every browser. */

/** @typedef {{line: number, column: number, offset: number, sentence: string}} Fault */

const DEEPEST = 64;
const NUMBER = /-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?/y;
const STRING = /"(?:[^"\\\u0000-\u001f]|\\(?:["\\/bfnrt]|u[0-9a-fA-F]{4}))*"/y;
const WORD = /[A-Za-z_$][\w$]*/y;
const SPACE = /[ \t\n\r]*/y;

/**
 * @param {string} text which `JSON.parse` does not take
 * @returns {Fault} where reading had to stop, and why
 */
export function faultOf(text) {
  const scan = new Scan(text);
  try {
    scan.document();
  } catch (error) {
    if (error instanceof Stop) return placed(text, error.offset, error.message);
    throw error;
  }
  return placed(text, text.length, "this is not JSON");
}

/**
 * The values of a text in which several stand one after the other, as when two documents are pasted at once.
 *
 * @param {string} text
 * @returns {string[]} each value's own text; empty where any of them is broken
 */
export function valuesIn(text) {
  const scan = new Scan(text);
  try {
    return scan.values();
  } catch (error) {
    if (error instanceof Stop) return [];
    throw error;
  }
}

/** Line and column begin at 1. @param {string} text @param {number} offset @param {string} sentence @returns {Fault} */
function placed(text, offset, sentence) {
  const lines = text.slice(0, offset).split("\n");
  return { line: lines.length, column: lines[lines.length - 1].length + 1, offset, sentence };
}

class Stop extends Error {
  /** @param {number} offset @param {string} message */
  constructor(offset, message) {
    super(message);
    this.offset = offset;
  }
}

/** Reads a text by JSON's grammar, and keeps nothing: it only looks for the first thing that does not belong. */
class Scan {
  #text;
  #at = 0;
  #depth = 0;

  /** @param {string} text */
  constructor(text) {
    this.#text = text;
  }

  document() {
    this.#value();
    this.#space();
    if (this.#at < this.#text.length) throw this.#stop("there is more after the end of the document");
  }

  values() {
    const values = [];
    for (this.#space(); this.#at < this.#text.length; this.#space()) {
      const start = this.#at;
      this.#value();
      values.push(this.#text.slice(start, this.#at));
      this.#space();
      if (this.#next() === ",") this.#at += 1;
    }
    return values;
  }

  #next() {
    return this.#text[this.#at];
  }

  #space() {
    this.#takes(SPACE);
  }

  #value() {
    this.#space();
    if (this.#next() === "{") this.#list("}", () => this.#member());
    else if (this.#next() === "[") this.#list("]", () => this.#value());
    else if (this.#next() === '"') this.#string();
    else if (!this.#takes(NUMBER)) this.#word();
  }

  /** @param {string} end @param {() => void} item */
  #list(end, item) {
    const start = this.#at;
    this.#depth += 1;
    if (this.#depth > DEEPEST) throw this.#stop(`this is nested more than ${DEEPEST} levels deep`);
    this.#at += 1;
    this.#space();
    if (this.#next() !== end) this.#items(start, end, item);
    this.#at += 1;
    this.#depth -= 1;
  }

  /** @param {number} start @param {string} end @param {() => void} item */
  #items(start, end, item) {
    for (;;) {
      item();
      this.#space();
      if (this.#next() === end) return;
      if (this.#next() === undefined) throw this.#stop(`the text ends before the ${this.#opened(start)} is closed`);
      if (this.#next() !== ",") throw this.#stop(`a comma is missing before ${this.#seen()}`);
      this.#at += 1;
      this.#space();
      if (this.#next() === end) throw this.#stop(`there is a comma too many before ${end}`);
    }
  }

  #member() {
    this.#space();
    if (this.#next() !== '"') throw this.#stop(`a field's name in double quotes was expected, not ${this.#seen()}`);
    this.#string();
    this.#space();
    if (this.#next() !== ":") throw this.#stop(`a colon was expected after the field's name, not ${this.#seen()}`);
    this.#at += 1;
    this.#value();
  }

  #string() {
    const start = this.#at;
    if (this.#takes(STRING)) return;
    const line = this.#text.slice(start).split("\n", 1)[0];
    const isClosed = /^"(?:[^"\\]|\\.)*"/.test(line);
    const why = isClosed ? "this text has a \\ or a sign that JSON does not allow" : "this text has no closing quote";
    throw this.#stop(why);
  }

  #word() {
    if (this.#next() === undefined) throw this.#stop("the text ends where a value was expected");
    const start = this.#at;
    const word = this.#takes(WORD);
    if (["true", "false", "null"].includes(word)) return;
    this.#at = start;
    if (/[“”„'‘’]/.test(this.#next())) throw this.#stop(`JSON's quotes are ", not ${this.#next()}`);
    if (/^\/[/*]/.test(this.#text.slice(start, start + 2))) throw this.#stop("JSON has no comments");
    throw this.#stop(`a value was expected, not ${word || this.#seen()}`);
  }

  /** @param {RegExp} pattern a sticky one @returns {string} what it matched here, which is now behind */
  #takes(pattern) {
    pattern.lastIndex = this.#at;
    const found = pattern.exec(this.#text)?.[0] ?? "";
    this.#at += found.length;
    return found;
  }

  #seen() {
    return /^\S{1,16}/.exec(this.#text.slice(this.#at))?.[0] ?? "the end";
  }

  /** @param {number} offset */
  #opened(offset) {
    return `${this.#text[offset]} of line ${placed(this.#text, offset, "").line}`;
  }

  /** @param {string} sentence */
  #stop(sentence) {
    return new Stop(this.#at, sentence);
  }
}
