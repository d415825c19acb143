/** Which view is open: the address after the `#` decides, and each view is loaded when it is first wanted. */

import { button, h } from "./dom.js";
import { fetchAhead } from "./later.js";
import { folderOf, rest, stylesheet } from "./sheets.js";
import { entitle } from "./title.js";

/** The first view's own parts and pictures come before the other views. */
const AHEAD_MS = 8_000;

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
  #folders;
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
    this.#folders = routes.flatMap(({ styles }) => styles.map(folderOf));
    rest(this.#folders, true);
  }

  /** Open the view of the present address, and of every later one. */
  async start() {
    addEventListener("hashchange", () => this.#show({ moves: true }));
    await this.#show({ moves: false });
    // Later a view that nobody has been to opens without the server, too.
    setTimeout(() => fetchAhead(...this.#routes.map((route) => () => this.#load(route))), AHEAD_MS);
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
    this.#outlet.ariaBusy = "true";
    const room = h("div", { class: "view" });
    try {
      const view = await this.#load(route);
      const opened = await view.open(room, this.#app, params);
      if (turn !== this.#turn) return opened.leave?.();
      this.#swap(route, room, opened);
      entitle(opened.title);
    } catch (error) {
      if (turn !== this.#turn) return;
      console.error(error);
      room.replaceChildren(broken(() => this.#show({ moves: true })));
      this.#swap(route, room, null);
    }
    this.#settle(room, moves);
  }

  /** @param {Route} route */
  async #load({ load, styles }) {
    return (await Promise.all([load(), ...styles.map(stylesheet)]))[0];
  }

  /**
   * The view before stays as it is until its successor is there: it may take a while to come.
   *
   * @param {Route} route
   * @param {HTMLElement} room
   * @param {Opened | null} opened
   */
  #swap({ name, styles }, room, opened) {
    const before = this.#opened;
    this.#opened = opened;
    rest(this.#folders, true);
    rest(styles.map(folderOf), false);
    this.#outlet.dataset.view = name;
    this.#outlet.replaceChildren(room);
    this.#outlet.ariaBusy = "false";
    before?.leave?.();
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

/** @param {() => void} again */
function broken(again) {
  return h(
    "section",
    { class: "empty", role: "alert" },
    h("h1", {}, "This part of the page did not open"),
    h("p", {}, "The server may be away, or the page older than it. What is being made goes on by itself."),
    h(
      "div",
      { class: "row" },
      button("Try again", again, { class: "primary" }),
      button("Load the page again", () => location.reload()),
    ),
  );
}
