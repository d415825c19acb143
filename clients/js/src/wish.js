/** A wish on its way to the server: by what it is known there, and what may have become of it. */

import { Refused } from "./api.js";

/** @import { Job, Task } from "./types.js" */

/**
 * The wish is not what it was when it was to be sent: it has been answered, or somebody cancels it. `isLost` when it
 * had been sent, and nobody knows what became of that.
 */
export class Moot extends Error {
  /** @param {boolean} isLost */
  constructor(isLost) {
    super("Nobody waits for this any more.");
    this.isLost = isLost;
  }
}

/**
 * The job that the server has for a task, null for none.
 * It is looked for in a list: that there is none is then no error, which a browser would note on its console.
 * @param {Task} task
 * @param {{api: import("./api.js").Api, connection: import("./connection.js").Connection}} server
 * @param {AbortSignal} life
 * @returns {Promise<Job | null>}
 */
export async function jobOf({ jobId, retryOf, showId, characterId, kind }, { api, connection }, life) {
  const query = jobId ? { ids: [jobId] } : { showId, characterId, kind };
  try {
    const { jobs } = await connection.call((signal) => api.jobs(query, signal), life);
    return jobs.find((job) => jobId || job.retryOf === retryOf) ?? null;
  } catch (error) {
    if (error instanceof Refused) return null;
    throw error;
  }
}

/** What a task is sent once by. @param {Task} task */
export function keyOf({ jobId, retryOf }) {
  return jobId || `retry/${retryOf}`;
}
