/** The queue: what waits, what is being made, what has just ended, and who works on it. */

import { button, h, say } from "../shell/dom.js";
import { Board } from "./board.js";
import { Source } from "./source.js";
import { Table } from "./table.js";
import { KINDS } from "./words.js";

/** @import { Job, Kind } from "../client/types.js" */
/** @import { App } from "../shell/app.js" */
/** @import { Scene } from "./board.js" */

/** Milliseconds between two pictures: a thousand jobs may change within one of them. */
const FRAME_MS = 150;

const BEFORE = "This is how it was before.";
const SOON = "The queue shows as soon as it does.";

/** @param {HTMLElement} outlet @param {App} app */
export async function open(outlet, app) {
  const view = new QueueView(app);
  outlet.append(view.element);
  view.start();
  return { title: "Queue", leave: () => view.leave() };
}

class QueueView {
  #app;
  #source;
  #boards;
  #table = new Table(() => this.#scenes());
  #trouble = h("p", { class: "wrong" });
  #again;
  #timer = 0;
  /** @type {Set<string>} the shows of this browser */
  #shows = new Set();
  /** @type {Record<string, string | null>} what was last said of each kind */
  #said = {};
  #run = new AbortController();

  /** @param {App} app */
  constructor(app) {
    this.#app = app;
    this.#source = new Source(app.greenroom);
    this.#boards = { portrait: new Board("portrait", app.go), video: new Board("video", app.go) };
    this.#again = button("Ask again", () => this.#source.hurry(), { class: "small", hidden: true });
    const boards = Object.values(this.#boards).map(({ element }) => element);
    this.element = h(
      "article",
      { class: "queue", "aria-busy": "true" },
      h("h1", {}, "Queue"),
      h("p", { class: "queue-lead" }, "Every job on this server, from the line over the workers’ desks to the tray."),
      h("div", { class: "row" }, this.#trouble, this.#again),
      ...boards,
      this.#table.element,
    );
  }

  start() {
    const { signal } = this.#run;
    this.#source.addEventListener("change", () => this.#changed(), { signal });
    this.#app.shows.addEventListener("change", () => this.#learnShows(), { signal });
    this.#learnShows();
    this.#source.start();
  }

  leave() {
    this.#run.abort();
    clearTimeout(this.#timer);
    this.#source.stop();
    for (const board of Object.values(this.#boards)) board.leave();
  }

  async #learnShows() {
    this.#shows = new Set((await this.#app.shows.list()).map(({ id }) => id));
    this.#changed();
  }

  #changed() {
    if (this.#timer || this.#run.signal.aborted) return;
    this.#timer = setTimeout(() => {
      this.#timer = 0;
      requestAnimationFrame(() => this.#run.signal.aborted || this.#show());
    }, FRAME_MS);
  }

  #show() {
    const { trouble, report } = this.#source;
    say(this.#trouble, trouble ? `${trouble} ${report ? BEFORE : SOON}` : "");
    this.#again.hidden = !trouble;
    this.element.classList.toggle("stale", Boolean(trouble));
    const scenes = this.#scenes();
    if (!scenes) return;
    this.element.ariaBusy = "false";
    for (const [kind, scene] of Object.entries(scenes)) this.#boards[/** @type {Kind} */ (kind)].show(scene);
    this.#table.show();
    this.#announce(scenes);
  }

  #scenes() {
    const { report, crowd } = this.#source;
    if (!report) return null;
    const scene = (/** @type {Kind} */ kind) => {
      const counts = this.#source.counts(kind);
      return { report: report.kinds[kind], line: crowd.line(kind), counts, isMine: this.#isMine };
    };
    return { portrait: scene("portrait"), video: scene("video") };
  }

  /** @param {Job} job */
  #isMine = ({ showId }) => showId !== null && this.#shows.has(showId);

  /**
   * Say when a kind has come to a stop, and when it goes on; not every number of it.
   *
   * @param {Record<Kind, Scene>} scenes
   */
  #announce(scenes) {
    for (const [kind, { report }] of Object.entries(scenes)) {
      const was = this.#said[kind];
      this.#said[kind] = report.state;
      if (was === report.state || (was === undefined && report.state === "ok")) continue;
      this.#app.announce(report.stateDetail ?? `${KINDS[/** @type {Kind} */ (kind)].title} are being made again.`);
    }
  }
}
