/** The library: every show of this browser, a new one, and the sample. */

import { isActive } from "../client/index.js";
import { confirmed } from "../shell/dialog.js";
import { arrange, button, h, many } from "../shell/dom.js";
import { figure } from "../shell/figure.js";
import { fetchAhead, part } from "../shell/later.js";
import { terminal } from "./commands.js";
import { sampleDocuments } from "./sample.js";
import { ShowCard } from "./show_card.js";

const asking = () => import("./new_show.js");
const exporting = () => import("./export.js");

/**
 * @typedef {import("../shell/app.js").App} App
 * @typedef {import("./store.js").Summary} Summary
 */

/** Open the view. @param {HTMLElement} outlet @param {App} app */
export async function open(outlet, app) {
  const library = new Library(outlet, app);
  await library.start();
  return { title: "Shows", leave: () => library.stop() };
}

class Library {
  #app;
  /** @type {Map<string, ShowCard>} */
  #cards = new Map();
  /** @type {Summary[]} */
  #summaries = [];
  #over = new AbortController();
  #shelf = h("ul", { class: "shelf", role: "list" });
  #nothing;
  #fleeting = h(
    "p",
    { class: "notice", hidden: true },
    "This browser lets no page keep anything: shows last until this tab is closed. Export those you want to keep.",
  );

  /** @param {HTMLElement} outlet @param {App} app */
  constructor(outlet, app) {
    this.#app = app;
    this.#nothing = this.#emptyState();
    const head = h(
      "header",
      { class: "library-head" },
      h("div", {}, h("h1", {}, "Shows"), h("p", { class: "hint" }, "Drop or paste a show’s JSON anywhere on the page.")),
      button("New show", () => this.#askForShow(), { class: "primary" }),
    );
    outlet.append(head, this.#fleeting, this.#shelf, this.#nothing, terminal());
  }

  async start() {
    const { shows, greenroom } = this.#app;
    const { signal } = this.#over;
    shows.addEventListener("change", () => this.#read(), { signal });
    greenroom.addEventListener("task", () => this.#render(), { signal });
    fetchAhead(asking, exporting);
    this.#fleeting.hidden = await shows.isLasting();
    await this.#read();
  }

  stop() {
    this.#over.abort();
  }

  async #read() {
    const summaries = await this.#app.shows.list();
    if (this.#over.signal.aborted) return;
    this.#summaries = summaries;
    this.#render();
  }

  #render() {
    const names = distinct(this.#summaries);
    const running = runningByShow(this.#app.greenroom.tasks);
    const cards = this.#summaries.map((summary, i) => {
      const card = this.#cards.get(summary.id) ?? this.#newCard(summary.id);
      card.render(summary, names[i], running.get(summary.id) ?? 0);
      return card.element;
    });
    arrange(this.#shelf, cards);
    this.#shelf.hidden = !cards.length;
    this.#nothing.hidden = cards.length > 0;
  }

  /** @param {string} id */
  #newCard(id) {
    const card = new ShowCard({ onExport: () => this.#export(id), onRemove: () => this.#remove(id) });
    this.#cards.set(id, card);
    return card;
  }

  #emptyState() {
    return h(
      "section",
      { class: "empty", hidden: true },
      h("div", { class: "trio", "aria-hidden": "true" }, figure(), figure(), figure()),
      h("h2", {}, "The stage is empty"),
      h("p", {}, "Name a show and add its characters, or bring the JSON of a blueprint and its characters with you."),
      h(
        "div",
        { class: "row" },
        button("Begin a show", () => this.#askForShow(), { class: "primary" }),
        button("Add the sample show", () => this.#addSample()),
      ),
    );
  }

  async #askForShow() {
    await (await part(asking))?.askForShow(this.#app);
  }

  async #addSample() {
    const { shows, go, announce } = this.#app;
    try {
      go(`/shows/${await shows.add(await sampleDocuments())}`);
    } catch {
      announce("The sample show could not be had. The server may be away; try again in a moment.", { assertive: true });
    }
  }

  /** @param {string} id */
  async #export(id) {
    const [show, loaded] = await Promise.all([this.#app.shows.get(id), part(exporting)]);
    if (!show || !loaded) return;
    loaded.download(show);
    this.#app.announce(`${show.title} was exported.`);
  }

  /** @param {string} id */
  async #remove(id) {
    const { shows, greenroom, announce } = this.#app;
    const summary = this.#summaries.find((one) => one.id === id);
    if (!summary) return;
    const own = () => greenroom.tasks.filter(({ showId }) => showId === id);
    const running = own().filter(isActive);
    if (!(await confirmed(warning(summary, running.length)))) return;
    // As they are by now: the question may have stood there for long. What ends before the show is gone is cleared too.
    for (const { slot } of own()) greenroom.cancel(slot);
    await shows.remove(id);
    for (const { slot } of own()) greenroom.clear(slot);
    announce(`${summary.title} was deleted.`);
    document.querySelector("h1")?.focus();
  }
}

/** @param {Summary} summary @param {number} running */
function warning({ title, counts }, running) {
  const stops = running ? ` What is being made for it is canceled (${many(running, "job")}).` : "";
  const things = `${many(counts.characters, "character")} and ${many(counts.portraits, "portrait")}`;
  const text = `Its ${things} go from this browser.${stops} Export it first if you may want it back.`;
  return { title: `Delete ${title}?`, text, done: "Delete" };
}

/** Names by which shows are told apart, though two may have one title. @param {Summary[]} summaries */
function distinct(summaries) {
  const seen = new Map();
  return summaries.map(({ title }) => {
    const number = (seen.get(title) ?? 0) + 1;
    seen.set(title, number);
    return number === 1 ? title : `${title} (${number})`;
  });
}

/** @param {readonly import("../client/types.js").Task[]} tasks */
function runningByShow(tasks) {
  const counts = new Map();
  for (const { showId } of tasks.filter(isActive)) counts.set(showId, (counts.get(showId) ?? 0) + 1);
  return counts;
}
