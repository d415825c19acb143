/** The studio's start: puts the parts together, and opens the view that the address names. */

import { Greenroom } from "./client/index.js";
import { Announcer } from "./shell/announcer.js";
import { once } from "./shell/app.js";
import { watchConnection } from "./shell/banner.js";
import { askForKeys, keptKey } from "./shell/key_dialog.js";
import { Router } from "./shell/router.js";
import { stylesheet } from "./shell/sheets.js";
import { countUnseen } from "./shell/title.js";
import { bodyOf } from "./shows/body.js";
import { watchDrops } from "./shows/dropping.js";
import { clearOrphans } from "./shows/orphans.js";
import { recordOutputs } from "./shows/recorder.js";
import { welcome } from "./shows/sample.js";
import { ShowStore } from "./shows/store.js";

const at = (/** @type {string} */ id) => /** @type {HTMLElement} */ (document.getElementById(id));

/** The last one is for every other address too. */
const ROUTES = [
  {
    name: "show",
    pattern: /^\/shows\/(?<id>[^/]+)$/,
    styles: ["show/show.css"],
    load: () => import("./show/view.js"),
  },
  { name: "queue", pattern: /^\/queue$/, styles: ["queue/queue.css"], load: () => import("./queue/view.js") },
  { name: "library", pattern: /^\//, styles: ["shows/library.css"], load: () => import("./shows/library.js") },
];

const shows = new ShowStore();
const greenroom = new Greenroom({
  base: new URL("../", import.meta.url).pathname,
  key: keptKey(),
  bodyOf: (/** @type {any} */ task) => bodyOf(shows, task),
});
const { announce } = new Announcer(at("polite"), at("assertive"));
const app = Object.freeze({
  greenroom,
  shows,
  models: once(() => greenroom.api.models()),
  readDocuments: async (/** @type {string} */ text) => (await import("./shows/documents.js")).readDocuments(text),
  announce,
  go: (/** @type {string} */ path) => router.go(path),
});
const router = new Router(at("main"), ROUTES, app);

at("skip").addEventListener("click", (event) => {
  event.preventDefault(); // the part after the # is the view's address
  at("main").focus();
});
addEventListener("hashchange", markCurrent);
watchConnection(at("banner"), greenroom, { announce, enterKey: askForKeys(greenroom) });
countUnseen(greenroom);
const recordEarlier = recordOutputs(greenroom, shows, announce);
watchDrops(app);

await greenroom.start();
await welcome(shows); // which does not keep anybody waiting
recordEarlier();
comeBack();
clearOrphans(greenroom, shows);
markCurrent();
await Promise.all([router.start(), mountTasks()]);
dispatchEvent(new Event("greenroom-started"));

/** Say in the bar which view this is. */
function markCurrent() {
  const isQueue = location.hash === "#/queue";
  for (const link of document.querySelectorAll(".bar nav a")) {
    link.ariaCurrent = (link.getAttribute("href") === "#/queue") === isQueue ? "page" : null;
  }
}

/** Whatever runs for a show of this browser is a task of every view, however long ago it was asked for. */
async function comeBack() {
  try {
    await greenroom.recoverRunning(async () => new Set((await shows.list()).map(({ id }) => id)));
  } catch (error) {
    console.info("[greenroom] The server would not say what it has of these shows.", error);
  }
}

/** The page is whole without its corner: what cannot be loaded is left out, and said in the console. */
async function mountTasks() {
  try {
    const [indicator] = await Promise.all([import("./tasks/indicator.js"), stylesheet("tasks/tasks.css")]);
    indicator.mountTasks(at("corner"), app);
  } catch (error) {
    console.error(error);
  }
}
