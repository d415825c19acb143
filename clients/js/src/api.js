/** The calls of the job API, each as thin as it can be. */

/** @import { Body, Job, JobsQuery, Kind, Models, Page, Queue, TimelineEvent } from "./types.js" */

const PATIENCE_MS = 15_000;
const THEIR_TROUBLE = new Set([408, 425, 429, 502, 503, 504]);
const TURNED_AWAY = new Set([425, 429, 503]);

/**
 * The server cannot answer just now. Worth asking again, after `retryAfterMs` where it said so; `wasTurnedAway` where
 * it said, too, that it did nothing, and `isOverLimit` where that is because we asked too often.
 */
export class Away extends Error {
  /** @param {string} message @param {{retryAfterMs?: number | null, wasTurnedAway?: boolean, isOverLimit?: boolean}} [more] */
  constructor(message, { retryAfterMs = null, wasTurnedAway = false, isOverLimit = false } = {}) {
    super(message);
    this.name = "Away";
    this.retryAfterMs = retryAfterMs;
    this.wasTurnedAway = wasTurnedAway;
    this.isOverLimit = isOverLimit;
  }
}

/** The server answered, and the answer is no. `message` is its sentence for people, `code` is for programs. */
export class Refused extends Error {
  /**
   * @param {number} status
   * @param {{code?: string, error?: string, errors?: {pointer: string, detail: string}[]}} problem
   */
  constructor(status, { code = `http_${status}`, error = `The server answered ${status}.`, errors = [] }) {
    super(error);
    this.name = "Refused";
    this.status = status;
    this.code = code;
    this.errors = errors;
  }

  /** Whether the job is gone, or never was. */
  get isGone() {
    return this.status === 404 || this.status === 410;
  }
}

/** The server wants a key, or another one. */
export class Unauthorized extends Refused {}

/**
 * @typedef {object} Call
 * @property {string} [method]
 * @property {object} [body]
 * @property {Record<string, string>} [headers]
 * @property {AbortSignal} [signal]
 * @property {number} [patience]  Milliseconds.
 */

/** Every call rejects with `Away`, `Refused` or `Unauthorized`, or with the signal's reason once it is aborted. */
export class Api {
  #root;
  #fetch;
  #onUnauthorized;

  /** @param {{base: string, key: string | null, fetch: typeof globalThis.fetch, onUnauthorized: () => void}} parts */
  constructor({ base, key, fetch, onUnauthorized }) {
    this.#root = new URL(base.endsWith("/") ? base : `${base}/`, globalThis.location?.href);
    this.#fetch = fetch;
    this.#onUnauthorized = onUnauthorized;
    this.key = key;
  }

  /**
   * Post a job. Is the answer's `jobId` another, then that job was running already.
   * @param {Kind} kind @param {Body & {jobId?: string, showId?: string, characterId?: string}} body
   * @param {AbortSignal} [signal]
   */
  submit(kind, body, signal) {
    return this.#job(`v1/jobs/${kind}`, { method: "POST", body, signal });
  }

  /** @param {string} jobId @param {AbortSignal} [signal] */
  job(jobId, signal) {
    return this.#job(pathOf(jobId), { signal });
  }

  /** Newest first. @param {JobsQuery} [query] @param {AbortSignal} [signal] */
  jobs(query = {}, signal) {
    return this.#page(`v1/jobs?${parameters(query)}`, { signal });
  }

  /** @param {string} jobId @param {AbortSignal} [signal] */
  cancel(jobId, signal) {
    return this.#job(pathOf(jobId, "/cancel"), { method: "POST", signal });
  }

  /** @param {string} jobId @param {{customPrompt?: string}} [wish] @param {AbortSignal} [signal] */
  retry(jobId, wish = {}, signal) {
    return this.#job(pathOf(jobId, "/retry"), { method: "POST", body: wish, signal });
  }

  /**
   * Make failed jobs again; call on with the answer's cursor while it has one.
   * @param {{showId?: string, kind?: Kind, cursor?: string}} [which] @param {AbortSignal} [signal]
   */
  retryFailed(which = {}, signal) {
    return this.#page("v1/jobs:retryFailed", { method: "POST", body: which, signal });
  }

  /**
   * Delete an ended job and its output.
   * @param {string} jobId @param {AbortSignal} [signal] @returns {Promise<void>}
   */
  async remove(jobId, signal) {
    await this.#answer(pathOf(jobId), { method: "DELETE", signal });
  }

  /**
   * Every event of a job, oldest first.
   * @param {string} jobId @param {AbortSignal} [signal] @returns {Promise<TimelineEvent[]>}
   */
  async timeline(jobId, signal) {
    return (await this.#json(pathOf(jobId, "/timeline"), { signal })).events;
  }

  /** @param {AbortSignal} [signal] @returns {Promise<Queue>} */
  queue(signal) {
    return this.#json("v1/queue", { signal });
  }

  /** @param {AbortSignal} [signal] @returns {Promise<Models>} */
  models(signal) {
    return this.#json("v1/models", { signal });
  }

  /** Resolves when the server is there. @param {AbortSignal} [signal] @returns {Promise<void>} */
  async alive(signal) {
    await this.#answer("healthz", { signal });
  }

  /**
   * An answer of server-sent events; how long it may take is for the caller to say.
   * @param {{showId: string | null, lastId: string | null}} which @param {AbortSignal} signal
   */
  events({ showId, lastId }, signal) {
    const headers = { Accept: "text/event-stream", ...(lastId && { "Last-Event-ID": lastId }) };
    return this.#answer(`v1/events?${parameters({ showId })}`, { headers, signal, patience: Infinity });
  }

  /**
   * The job, its output where this page can reach it: behind a proxy that speaks TLS the server may think that it is
   * at a plain http address.
   * @param {Job} job
   */
  reached(job) {
    if (!job.outputUrl) return job;
    const { host, pathname, search } = new URL(job.outputUrl, this.#root);
    return host === this.#root.host ? { ...job, outputUrl: new URL(pathname + search, this.#root).href } : job;
  }

  /** @param {string} path @param {Call} call @returns {Promise<Job>} */
  async #job(path, call) {
    return this.reached(await this.#json(path, call));
  }

  /** @param {string} path @param {Call} call @returns {Promise<Page>} */
  async #page(path, call) {
    const { jobs, nextCursor } = await this.#json(path, call);
    return { jobs: jobs.map((/** @type {Job} */ job) => this.reached(job)), nextCursor };
  }

  /** @param {string} path @param {Call} call */
  async #json(path, call) {
    const answer = await this.#answer(path, call);
    try {
      return await answer.json();
    } catch {
      call.signal?.throwIfAborted();
      throw new Away("The server's answer was cut short.");
    }
  }

  /** @param {string} path @param {Call} call */
  async #answer(path, { method = "GET", body, headers = {}, signal, patience = PATIENCE_MS }) {
    const { key } = this;
    const sent = new Headers(headers);
    if (key) sent.set("Authorization", `Bearer ${key}`);
    if (body) sent.set("Content-Type", "application/json");
    const limits = [...(signal ? [signal] : []), ...(patience < Infinity ? [AbortSignal.timeout(patience)] : [])];
    /** @type {RequestInit} */
    const call = { method, headers: sent, cache: "no-store", signal: AbortSignal.any(limits) };
    if (body) call.body = JSON.stringify(body);
    const answer = await this.#fetch.call(globalThis, new URL(path, this.#root), call).catch(() => {
      signal?.throwIfAborted();
      throw new Away("The server does not answer.");
    });
    if (answer.ok) return answer;
    throw await this.#refusal(answer, method, key);
  }

  /** @param {Response} answer @param {string} method @param {string | null} key */
  async #refusal(answer, method, key) {
    const { status, headers } = answer;
    const problem = await problemOf(answer);
    const sentence = problem.error ?? `The server answered ${status}.`;
    // There is another key by now.
    if (status === 401 && key !== this.key) return new Away(sentence, { retryAfterMs: 0, wasTurnedAway: true });
    if (status === 401) {
      this.#onUnauthorized();
      return new Unauthorized(status, problem);
    }
    // A question is asked again whatever broke; a job that broke the server is not sent again unasked.
    const isAway = THEIR_TROUBLE.has(status) || (status >= 500 && method === "GET");
    if (!isAway) return new Refused(status, problem);
    const retryAfterMs = retryAfterOf(headers);
    return new Away(sentence, { retryAfterMs, wasTurnedAway: TURNED_AWAY.has(status), isOverLimit: status === 429 });
  }
}

/** @param {string} jobId */
function pathOf(jobId, more = "") {
  return `v1/jobs/${encodeURIComponent(jobId)}${more}`;
}

/** @param {object} query */
function parameters(query) {
  const written = new URLSearchParams();
  for (const [name, value] of Object.entries(query)) {
    const values = name === "ids" ? [value.join(",")] : [value ?? []].flat();
    for (const each of values) written.append(name, String(each));
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
function retryAfterOf(headers) {
  const told = headers.get("Retry-After") ?? "";
  if (/^\d+$/.test(told)) return Number(told) * 1_000;
  const wait = Date.parse(told) - Date.parse(headers.get("Date") ?? "");
  return Number.isNaN(wait) ? null : Math.max(0, wait);
}
