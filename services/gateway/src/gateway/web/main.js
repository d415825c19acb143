/** The page: a sample show's cast, each with its two jobs. */

import { Door } from "./api.js";
import { Card } from "./card.js";
import { Connection } from "./connection.js";
import { showCommands } from "./commands.js";
import { Job } from "./job.js";
import { Store } from "./store.js";

const TICK_MS = 1_000;
const ALL_LABEL = { wanted: "Make all portraits", making: "Making portraits…", ready: "The cast is ready" };
const at = (id) => document.getElementById(id);

const door = new Door();
const connection = new Connection();
const store = new Store();

watchConnection();
const sample = await connection.call((signal) => door.sample(signal));
const cards = sample.characters.map((character) => seat(sample.show, character));
bill(sample.show);
showCommands(at("commands"), at("command"), sample);
for (const card of cards) card.resume();
setInterval(() => cards.forEach((card) => card.tick()), TICK_MS);

/** Put a character's card on the page. */
function seat(show, character) {
  const ids = { showId: show.show_id, characterId: character.character_id };
  const name = `${ids.showId}.${ids.characterId}`;
  const tools = { door, connection, store };
  const bodies = {
    portrait: ({ customPrompt }) => ({ show, character, ...ids, ...(customPrompt && { customPrompt }) }),
    video: ({ portraitUrl, scene }) => ({
      show,
      character: scene ? { ...character, showcase_scene_prompt: scene } : character,
      portraitUrl,
      ...ids,
    }),
  };
  const job = (kind) => new Job(kind, `${name}.${kind}`, bodies[kind], tools);
  const jobs = { portrait: job("portrait"), video: job("video") };
  const card = new Card(at("card"), character, jobs);
  jobs.portrait.addEventListener("change", count);
  at("cast").append(card.element);
  return card;
}

function bill(show) {
  at("show-title").textContent = show.show_title;
  at("show-tagline").textContent = show.tagline ?? "";
  at("show-logline").textContent = show.show_logline ?? "";
  at("make-all").addEventListener("click", () => {
    for (const card of cards) if (card.wantsPortrait) card.makePortrait();
  });
  count();
}

/** Say how many portraits there are. */
function count() {
  const ready = cards.filter((card) => card.hasPortrait).length;
  const [all, wanted] = [cards.length, cards.some((card) => card.wantsPortrait)];
  at("count").textContent = `${ready} of ${all} portraits ready`;
  at("house-lights").style.setProperty("--cast", all);
  at("house-lights").style.setProperty("--ready", ready);
  at("make-all").ariaDisabled = String(!wanted);
  at("make-all").textContent = ALL_LABEL[wanted ? "wanted" : ready < all ? "making" : "ready"];
  document.title = ready ? `${ready}/${all} · Greenroom` : "Greenroom";
}

function watchConnection() {
  connection.addEventListener("change", () => {
    at("reconnecting").hidden = connection.trouble === null;
    at("trouble").textContent = connection.trouble ?? "";
  });
}
