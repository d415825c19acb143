/** What screen readers are told: two live regions for the whole page, so that views need none of their own. */

const PAUSE_MS = 120;
const KEPT_MS = 4_000;

/** Says one thing after the other; the same words twice are heard twice. */
export class Announcer {
  #polite;
  #assertive;

  /**
   * @param {HTMLElement} polite
   * @param {HTMLElement} assertive
   */
  constructor(polite, assertive) {
    this.#polite = new Region(polite);
    this.#assertive = new Region(assertive);
  }

  /**
   * @param {string} text
   * @param {{assertive?: boolean}} [how] assertive interrupts: for what went wrong, and needs somebody now
   */
  announce = (text, { assertive = false } = {}) => {
    (assertive ? this.#assertive : this.#polite).say(text);
  };
}

/** One live region. What comes at once is said together. */
class Region {
  #element;
  /** @type {string[]} */
  #waiting = [];
  #timer = 0;

  /** @param {HTMLElement} element */
  constructor(element) {
    this.#element = element;
  }

  /** @param {string} text */
  say(text) {
    if (!this.#waiting.includes(text)) this.#waiting.push(text);
    clearTimeout(this.#timer);
    // Emptied first: a region whose words stay the same says nothing.
    this.#element.textContent = "";
    this.#timer = setTimeout(() => this.#speak(), PAUSE_MS);
  }

  #speak() {
    this.#element.textContent = this.#waiting.join(" ");
    this.#waiting = [];
    this.#timer = setTimeout(() => (this.#element.textContent = ""), KEPT_MS);
  }
}
