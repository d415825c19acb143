/** The calls of the job API, each as thin as it can be. */

/** @import { Body, Job, JobsQuery, Kind, Models, Page, Queue, TimelineEvent } from "./types.js" */

const PATIENCE_MS = 15_000;
const THEIR_TROUBLE = new Set([408, 425, 429, 502, 503, 504]);

/** The server cannot answer just now. Worth asking again, after `retryAfterMs` where it said so. */
export class Away extends Error {
  /** @param {string} message @param {number | null} retryAfterMs */
  constructor(message, retryAfterMs = null) {
    super(message);
    this.name = "Away";
    this.retryAfterMs = retryAfterMs;
  }
}

/** The server answered, and the answer is no. `message` is its sentence for people, `code` is for programs. */
export class Refused extends Error {
  /** @param {number} status @param {{code?: string, error?: string, errors?: {pointer: string, detail: string}[]}} problem */
  constructor(status, { code, error, errors = [] }) {
    super(error ?? `The server answered ${status}.`);
    this.name = "Refused";
    this.status = status;
    this.code = code ?? `http_${status}`;
    this.errors = errors;
  }

  /** Whether the job is gone, or never was. */
  get isGone() {
    return this.status === 404 || this.status === 410;
  }
}

/** The server wants a key, or another one. */
export class Unauthorized extends Refused {}

/** Every call rejects with `Away`, `Refused` or `Unauthorized`, or with the signal's reason once it is aborted. */
export class Api {
  #root;
  #fetch;
  #refused;

  /** The API key, null for none. @type {string | null} */
  key;

  /** `onUnauthorized` is called with every 401. */
  constructor({ base = "/", key = /** @type {string | null} */ (null), fetch = globalThis.fetch, onUnauthorized = () => {} } = {}) {
    this.#root = new URL(base.endsWith("/") ? base : `${base}/`, globalThis.location?.href);
    this.#fetch = fetch;
    this.#refused = onUnauthorized;
    this.key = key;
  }

  /** Where the server is, without a trailing slash. */
  get base() {
    return this.#root.href.slice(0, -1);
  }

  /** Post a job. The answer is a job that ran already when its `jobId` is another. @param {Kind} kind @param {Body & {jobId: string, showId?: string, characterId?: string}} body @param {AbortSignal} [signal] @returns {Promise<Job>} */
  submit(kind, body, signal) {
    return this.#job(`v1/jobs/${kind}`, { method: "POST", body, signal });
  }

  /** @param {string} jobId @param {AbortSignal} [signal] @returns {Promise<Job>} */
  job(jobId, signal) {
    return this.#job(path(jobId), { signal });
  }

  /** @param {JobsQuery} [query] @param {AbortSignal} [signal] @returns {Promise<Page>} */
  async jobs(query = {}, signal) {
    const page = await this.#json(`v1/jobs?${parameters(query)}`, { signal });
    return { ...page, jobs: page.jobs.map((/** @type {Job} */ job) => this.reached(job)) };
  }

  /** @param {string} jobId @param {AbortSignal} [signal] @returns {Promise<Job>} */
  cancel(jobId, signal) {
    return this.#job(path(jobId, "cancel"), { method: "POST", signal });
  }

  /** @param {string} jobId @param {{customPrompt?: string}} [wish] @param {AbortSignal} [signal] @returns {Promise<Job>} */
  retry(jobId, wish = {}, signal) {
    return this.#job(path(jobId, "retry"), { method: "POST", body: wish, signal });
  }

  /** Make failed jobs again: the new ones, and a cursor to call again with while there are more. @param {{showId?: string, kind?: Kind, cursor?: string | null}} [which] @param {AbortSignal} [signal] @returns {Promise<Page>} */
  async retryFailed({ cursor, ...which } = {}, signal) {
    const body = cursor ? { ...which, cursor } : which;
    const page = await this.#json("v1/jobs:retryFailed", { method: "POST", body, signal });
    return { ...page, jobs: page.jobs.map((/** @type {Job} */ job) => this.reached(job)) };
  }

  /** Delete an ended job and its output. @param {string} jobId @param {AbortSignal} [signal] @returns {Promise<void>} */
  async remove(jobId, signal) {
    await this.#answer(path(jobId), { method: "DELETE", signal });
  }

  /** Every event of a job, oldest first. @param {string} jobId @param {AbortSignal} [signal] @returns {Promise<TimelineEvent[]>} */
  async timeline(jobId, signal) {
    return (await this.#json(path(jobId, "timeline"), { signal })).events;
  }

  /** @param {AbortSignal} [signal] @returns {Promise<Queue>} */
  queue(signal) {
    return this.#json("v1/queue", { signal });
  }

  /** @param {AbortSignal} [signal] @returns {Promise<Models>} */
  models(signal) {
    return this.#json("v1/models", { signal });
  }

  /** An open answer of server-sent events. It is not cut off after a while: the caller watches over it. @param {{showId: string | null, lastId: string | null}} which @param {AbortSignal} signal */
  events({ showId, lastId }, signal) {
    const headers = { Accept: "text/event-stream", ...(lastId && { "Last-Event-ID": lastId }) };
    return this.#answer(`v1/events?${parameters({ showId })}`, { headers, signal, patience: null });
  }

  /** The job with an address of its output that this page can reach: behind a TLS proxy the server may think that it is plain http. @param {Job} job @returns {Job} */
  reached(job) {
    if (!job.outputUrl) return job;
    const at = new URL(job.outputUrl, this.#root);
    return at.host === this.#root.host ? { ...job, outputUrl: new URL(at.pathname + at.search, this.#root).href } : job;
  }

  /** @param {string} where @param {Call} call @returns {Promise<Job>} */
  async #job(where, call) {
    return this.reached(await this.#json(where, call));
  }

  /** @param {string} where @param {Call} call @returns {Promise<any>} */
  async #json(where, call) {
    const answer = await this.#answer(where, call);
    try {
      return await answer.json();
    } catch {
      call.signal?.throwIfAborted();
      throw new Away("The server's answer was cut short.");
    }
  }

  /** @typedef {{method?: string, body?: object, headers?: Record<string, string>, signal?: AbortSignal, patience?: number | null}} Call */

  /** @param {string} where @param {Call} call */
  async #answer(where, { method = "GET", body, headers = {}, signal, patience = PATIENCE_MS }) {
    const signals = [signal, patience === null ? undefined : AbortSignal.timeout(patience)].filter((one) => one !== undefined);
    const sent = { ...headers, ...(this.key && { Authorization: `Bearer ${this.key}` }), ...(body && { "Content-Type": "application/json" }) };
    let answer;
    try {
      const init = { method, headers: sent, body: body && JSON.stringify(body), signal: AbortSignal.any(signals), cache: /** @type {const} */ ("no-store") };
      answer = await (0, this.#fetch)(new URL(where, this.#root), init);
    } catch {
      signal?.throwIfAborted();
      throw new Away("The server does not answer.");
    }
    if (answer.ok) return answer;
    throw await this.#refusal(answer, method);
  }

  /** @param {Response} answer @param {string} method */
  async #refusal(answer, method) {
    const problem = await problemOf(answer);
    const { status } = answer;
    if (status === 401) {
      this.#refused();
      return new Unauthorized(status, problem);
    }
    // A question is asked again whatever broke; a job that broke the server is not sent again unasked.
    const isAway = THEIR_TROUBLE.has(status) || (status >= 500 && method === "GET");
    const message = problem.error ?? `The server answered ${status}.`;
    return isAway ? new Away(message, retryAfterOf(answer.headers)) : new Refused(status, problem);
  }
}

/** @param {string} jobId @param {string} [more] */
function path(jobId, more) {
  return `v1/jobs/${encodeURIComponent(jobId)}${more ? `/${more}` : ""}`;
}

/** @param {object} query */
function parameters(query) {
  const written = new URLSearchParams();
  for (const [name, value] of Object.entries(query)) {
    if (value === null || value === undefined) continue;
    if (name === "ids") written.append(name, value.join(","));
    else for (const one of [value].flat()) written.append(name, String(one));
  }
  return written;
}

/** @param {Response} answer @returns {Promise<{code?: string, error?: string}>} */
async function problemOf(answer) {
  try {
    return (await answer.json()) ?? {};
  } catch {
    return {}; // no problem document: a proxy's own page
  }
}

/** How long to wait, by the server's own clock where it names an hour: ours may be wrong. @param {Headers} headers */
export function retryAfterOf(headers) {
  const told = headers.get("Retry-After")?.trim();
  if (!told) return null;
  if (/^\d+$/.test(told)) return Number(told) * 1_000;
  const wait = Date.parse(told) - Date.parse(headers.get("Date") ?? new Date().toUTCString());
  return Number.isNaN(wait) ? null : Math.max(0, wait);
}
