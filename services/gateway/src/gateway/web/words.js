/** What a job's state is called by people. */

const THINGS = {
  portrait: { name: "portrait", rendering: "Painting the portrait", ready: "Portrait ready" },
  video: { name: "clip", rendering: "Filming the clip", ready: "Clip ready" },
};

const STAGES = {
  queued: "In the queue",
  submitting: "Handing it to the renderer",
  provider_starting: "The renderer is warming up",
  throttled: "The renderer is busy; waiting our turn",
  canceling: "Canceling",
};

/** One line on where a job stands, "" when there is nothing to say. */
export function statusLine(kind, { phase, stage, status, queuePosition }) {
  const thing = THINGS[kind];
  if (phase === "sending") return "Sending";
  if (phase === "done") return thing.ready;
  if (phase === "failed") return `The ${thing.name} was not made`;
  if (phase !== "running") return "";
  if (stage === "rendering") return thing.rendering;
  if (stage === "storing") return `Saving the ${thing.name}`;
  const queued = status === "starting" || stage === "queued";
  if (queued && queuePosition) return `${STAGES.queued}, number ${queuePosition}`;
  return queued ? STAGES.queued : (STAGES[stage] ?? `Making the ${thing.name}`);
}

/** What the button that makes one says. */
export function buttonLabel(kind, { phase, outputUrl }) {
  const { name } = THINGS[kind];
  if (phase === "sending" || phase === "running") return "Making…";
  if (phase === "failed") return "Try again";
  return outputUrl ? `New ${name}` : `Make ${name}`;
}

/** "portrait" or "clip". */
export function thingName(kind) {
  return THINGS[kind].name;
}

/** Time since an instant in epoch milliseconds, as a stopwatch shows it: 0:07, 12:40, 1:02:03. */
export function elapsed(since, now = Date.now()) {
  const seconds = Math.max(0, Math.floor((now - since) / 1_000));
  const [hours, minutes] = [Math.floor(seconds / 3_600), Math.floor(seconds / 60) % 60];
  const two = (number) => String(number).padStart(2, "0");
  return hours ? `${hours}:${two(minutes)}:${two(seconds % 60)}` : `${minutes}:${two(seconds % 60)}`;
}
