/** The first portrait without the page: commands for a terminal, to be copied. */

const SAID_MS = 2_000;

/** List the commands in `list`, each a copy of `template`. */
export function showCommands(list, template, sample) {
  const jobId = `curl-${crypto.getRandomValues(new Uint32Array(1))[0].toString(36)}`;
  const door = new URL("../api/characters/portrait", location.href).href;
  const body = JSON.stringify({ jobId, ...brief(sample) });
  const commands = {
    "Ask for a portrait": `curl -s ${door} -H ${quoted("Content-Type: application/json")} -d ${quoted(body)}`,
    "See how it is getting on": `curl -s ${quoted(`${door}/status?jobId=${jobId}`)}`,
  };
  for (const [title, command] of Object.entries(commands)) list.append(shown(template, title, command));
}

/** Of the documents, what fits on a line. */
function brief({ show, characters: [first] }) {
  const { medium } = show.production_style;
  const { hair, distinctive_features } = first.character_details;
  const character = {
    character: first.character,
    metadata: { role: first.metadata.role },
    character_details: { hair, distinctive_features },
    look: { wardrobe: { items: first.look.wardrobe.items } },
  };
  return { show: { show_title: show.show_title, production_style: { medium } }, character };
}

function quoted(text) {
  return `'${text.replaceAll("'", "'\\''")}'`;
}

function shown(template, title, command) {
  const element = template.content.firstElementChild.cloneNode(true);
  const [name, code, button] = ["h3", "code", "button"].map((tag) => element.querySelector(tag));
  name.textContent = title;
  code.textContent = command;
  button.ariaLabel = `Copy: ${title}`;
  button.addEventListener("click", async () => {
    button.textContent = (await copied(code)) ? "Copied" : "Press Ctrl+C";
    setTimeout(() => (button.textContent = "Copy"), SAID_MS);
  });
  return element;
}

/** Copy an element's text. Where the clipboard is closed to us (plain http), it is selected for the user to copy. */
async function copied(element) {
  try {
    await navigator.clipboard.writeText(element.textContent);
    return true;
  } catch {
    getSelection().selectAllChildren(element);
    return false;
  }
}
