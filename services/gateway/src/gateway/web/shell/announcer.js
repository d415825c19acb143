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

/**
 * One live region. What comes at once is said together. It goes along into the dialog that is open: everything outside
 * of that is inert, and silent.
 */
class Region {
  #element;
  #home;
  /** @type {string[]} */
  #waiting = [];
  #timer = 0;

  /** @param {HTMLElement} element */
  constructor(element) {
    this.#element = element;
    this.#home = /** @type {HTMLElement} */ (element.parentElement);
  }

  /** @param {string} text */
  say(text) {
    if (!this.#waiting.includes(text)) this.#waiting.push(text);
    clearTimeout(this.#timer);
    // Emptied first: a region whose words stay the same says nothing.
    this.#element.textContent = "";
    this.#goWhereItIsHeard();
    this.#timer = setTimeout(() => this.#speak(), PAUSE_MS);
  }

  /** Whether it was there already. A region has to be somewhere for a moment before its words are noticed. */
  #goWhereItIsHeard() {
    const place = [...document.querySelectorAll("dialog:modal")].at(-1) ?? this.#home;
    if (this.#element.parentElement === place) return true;
    place.append(this.#element);
    return false;
  }

  #speak() {
    if (!this.#goWhereItIsHeard()) {
      this.#timer = setTimeout(() => this.#speak(), PAUSE_MS);
      return;
    }
    this.#element.textContent = this.#waiting.join(" ");
    this.#waiting = [];
    this.#timer = setTimeout(() => (this.#element.textContent = ""), KEPT_MS);
  }
}
