/** Writes what was made into its show, whichever view is open and whoever asked for it. */

import { slotOf } from "../client/index.js";

/**
 * @param {import("../client/index.js").Greenroom} greenroom
 * @param {import("./store.js").ShowStore} shows
 * @param {import("../shell/app.js").App["announce"]} announce
 * @returns {() => void} records what ended before, too: the page may have been left between an end and its writing down
 */
export function recordOutputs(greenroom, shows, announce) {
  const record = (/** @type {any} */ job) => {
    if (job?.status !== "succeeded" || !job.outputUrl || !job.showId || !job.characterId) return;
    const task = greenroom.task(slotOf(job.showId, job.characterId, job.kind));
    const request = task && task.jobId === job.jobId ? task.request : {};
    shows.setOutput(job.showId, job.characterId, job.kind, outputOf(job, request)).catch((error) => {
      console.warn("[greenroom] This browser did not keep an output.", error);
      announce("This browser could not keep what was made. Load the page again: the server has it.", { assertive: true });
    });
  };
  greenroom.addEventListener("ended", (event) => record(/** @type {CustomEvent} */ (event).detail.job));
  return () => {
    for (const { job } of greenroom.tasks) record(job);
  };
}

/**
 * @param {any} job
 * @param {{customPrompt?: string, portraitUrl?: string}} request
 * @returns {import("./store.js").Output}
 */
function outputOf(job, { customPrompt, portraitUrl }) {
  return {
    url: own(job.outputUrl),
    jobId: job.jobId,
    model: job.model ?? null,
    width: job.output?.width ?? null,
    height: job.output?.height ?? null,
    durationSeconds: job.output?.durationSeconds ?? null,
    ...(customPrompt && { prompt: customPrompt }),
    ...(portraitUrl && { portraitUrl }),
    at: Date.parse(job.completedAt ?? job.updatedAt),
  };
}

/** Our server's own address without scheme and host, by which it knows its file whatever name it is reached by. @param {string} url */
function own(url) {
  const { origin, pathname, search } = new URL(url, location.href);
  return origin === location.origin ? pathname + search : url;
}
