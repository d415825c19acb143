/** Server-sent events by fetch, which unlike EventSource can send a key: the format as the WHATWG's HTML has it. */

/** @typedef {{type: string, data: string, lastId: string}} ServerEvent */

/** Makes events of text, however it is cut into pieces. An event that is not whole when the text ends is none. */
export class EventParser {
  /** The id to resume after, "" for none. */
  lastId = "";
  /** How long to wait before connecting again, null until the server says. @type {number | null} */
  retryMs = null;
  #rest = "";
  #endedInCr = false;
  #id = "";
  #type = "";
  /** @type {string[]} */
  #data = [];

  /** @param {string} text @returns {Generator<ServerEvent, void>} */
  *push(text) {
    // A line that ended in CR at the end of the piece before may turn out to have ended in CRLF.
    const fresh = this.#endedInCr && text.startsWith("\n") ? text.slice(1) : text;
    if (text) this.#endedInCr = text.endsWith("\r");
    const lines = (this.#rest + fresh).split(/\r\n|\n|\r/);
    this.#rest = lines.pop() ?? "";
    for (const line of lines) {
      if (line) this.#field(line);
      else yield* this.#dispatch();
    }
  }

  /** @param {string} line */
  #field(line) {
    const [, name, value] = /** @type {string[]} */ (/^([^:]*)(?:: ?)?(.*)$/su.exec(line));
    if (name === "data") this.#data.push(value);
    else if (name === "event") this.#type = value;
    else if (name === "id" && !value.includes("\0")) this.#id = value;
    else if (name === "retry" && /^[0-9]+$/.test(value)) this.retryMs = Number(value);
  }

  *#dispatch() {
    this.lastId = this.#id;
    if (this.#data.length) yield { type: this.#type || "message", data: this.#data.join("\n"), lastId: this.lastId };
    this.#type = "";
    this.#data = [];
  }
}
