/** Which view is open: the address after the `#` decides, and each view is loaded when it is first wanted. */

import { button, h } from "./dom.js";
import { folderOf, rest, stylesheet } from "./sheets.js";

/**
 * @typedef {{title: string, leave?: () => void}} Opened what a view's `open(outlet, app, params)` resolves with
 * @typedef {{open(outlet: HTMLElement, app: any, params: Record<string, string>): Promise<Opened>}} View
 * @typedef {{pattern: RegExp, name: string, styles: string[], load: () => Promise<View>}} Route
 */

/** Opens the view of the address in the outlet, and moves the focus to its heading. */
export class Router {
  #outlet;
  #routes;
  #app;
  /** @type {Opened | null} */
  #opened = null;
  #turn = 0;

  /**
   * @param {HTMLElement} outlet
   * @param {Route[]} routes tried in order, the last for the rest; a pattern's named groups are the view's params
   * @param {any} app is handed to every view
   */
  constructor(outlet, routes, app) {
    this.#outlet = outlet;
    this.#routes = routes;
    this.#app = app;
  }

  /** Open the view of the present address, and of every later one. */
  async start() {
    addEventListener("hashchange", () => this.#show({ moves: true }));
    await this.#show({ moves: false });
  }

  /** @param {string} path such as "/shows/abc" */
  go(path) {
    if (path === pathNow()) this.#show({ moves: true });
    else location.hash = path;
  }

  /** @param {{moves: boolean}} how whether somebody moved here, and the focus is to follow */
  async #show({ moves }) {
    const turn = (this.#turn += 1);
    const { route, params } = this.#match(pathNow());
    this.#close();
    this.#outlet.dataset.view = route.name;
    this.#outlet.ariaBusy = "true";
    const room = h("div", { class: "view" });
    try {
      const [view] = await Promise.all([route.load(), ...route.styles.map(stylesheet)]);
      this.#dress(route);
      const opened = await view.open(room, this.#app, params);
      if (turn !== this.#turn) return opened.leave?.();
      this.#opened = opened;
      document.title = `${opened.title} · Greenroom`;
    } catch (error) {
      if (turn !== this.#turn) return;
      console.error(error);
      room.replaceChildren(broken());
    }
    this.#outlet.replaceChildren(room);
    this.#outlet.ariaBusy = "false";
    this.#settle(room, moves);
  }

  /** @param {Route} route */
  #dress({ styles }) {
    rest(this.#routes.flatMap((route) => route.styles.map(folderOf)), true);
    rest(styles.map(folderOf), false);
  }

  #close() {
    this.#opened?.leave?.();
    this.#opened = null;
  }

  /** @param {string} path */
  #match(path) {
    for (const route of this.#routes) {
      const found = route.pattern.exec(path);
      if (found) return { route, params: decoded(found.groups ?? {}) };
    }
    return { route: this.#routes[this.#routes.length - 1], params: {} };
  }

  /** @param {HTMLElement} room @param {boolean} moves */
  #settle(room, moves) {
    const heading = room.querySelector("h1") ?? this.#outlet;
    heading.tabIndex = -1;
    if (!moves) return;
    scrollTo(0, 0);
    heading.focus({ preventScroll: true });
  }
}

function pathNow() {
  return location.hash.replace(/^#/, "") || "/";
}

/** @param {Record<string, string>} groups */
function decoded(groups) {
  return Object.fromEntries(Object.entries(groups).map(([name, text]) => [name, unescaped(text)]));
}

/** @param {string} text */
function unescaped(text) {
  try {
    return decodeURIComponent(text);
  } catch {
    return text; // a stray percent sign, typed by hand
  }
}

function broken() {
  const again = button("Load the page again", () => location.reload(), { class: "primary" });
  return h(
    "section",
    { class: "empty", role: "alert" },
    h("h1", {}, "This part of the page did not open"),
    h("p", {}, "The server may be away, or the page older than it. What is being made goes on by itself."),
    again,
  );
}
