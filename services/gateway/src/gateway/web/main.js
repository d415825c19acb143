/** The page: a sample show's cast, each with its two jobs. */

import { Door } from "./api.js";
import { Card } from "./card.js";
import { Connection } from "./connection.js";
import { showCommands } from "./commands.js";
import { Job } from "./job.js";
import { Store } from "./store.js";

const TICK_MS = 1_000;
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

/** How many portraits there are, where it is said. */
function count() {
  const ready = cards.filter((card) => card.hasPortrait).length;
  at("count").textContent = `${ready} of ${cards.length} portraits ready`;
  at("make-all").ariaDisabled = String(!cards.some((card) => card.wantsPortrait));
  document.title = ready ? `${ready}/${cards.length} · Greenroom` : "Greenroom";
}

function watchConnection() {
  connection.addEventListener("change", () => {
    at("reconnecting").hidden = connection.trouble === null;
    at("trouble").textContent = connection.trouble ?? "";
  });
}
