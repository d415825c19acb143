/** A small server that speaks the job API as it is promised, on a real port; a test is its worker, and its trouble. */

import { createServer } from "node:http";
import { settle, until } from "./clock.js";

const NULLS = ["progress", "detail", "outputUrl", "output", "error", "provider", "eta", "startedAt", "completedAt"];
const UNTOLD = {
  ...{ status: "starting", stage: "queued", done: false, queuePosition: 1, model: "flux", settings: {}, attempt: 0 },
  ...Object.fromEntries(NULLS.map((name) => [name, null])),
};

/**
 * @typedef {{
 *   status?: number, headers?: Record<string, string>, problem?: object, raw?: string, drop?: "before" | "after",
 * }} Fault
 */

export class Server {
  /**
   * Every call: method, path with query, headers, body.
   * @type {{method: string, url: string, headers: any, body: any}[]}
   */
  calls = [];
  /** The key that is wanted, null for none. @type {string | null} */
  key = null;
  /** @type {Map<string, any>} */
  jobs = new Map();
  /** Each event of all jobs, in order: its id is its place, from 1. @type {any[]} */
  log = [];
  streams = new Set();
  #contents = new Map();
  #pruned = new Set();
  /** @type {{method: string, path: RegExp, left: number, fault: Fault}[]} */
  #faults = [];
  #retries = 0;
  #seconds = 0;
  #server = createServer((request, response) => void this.#serve(request, response));

  async open(port = 0) {
    await new Promise((resolve) => this.#server.listen(port, "127.0.0.1", () => resolve(null)));
    this.port = /** @type {import("node:net").AddressInfo} */ (this.#server.address()).port;
    this.origin = `http://127.0.0.1:${this.port}`;
    return this;
  }

  /** Gone, as in a crash; what was accepted is kept. */
  async close() {
    const closed = new Promise((resolve) => this.#server.close(resolve));
    this.#server.closeAllConnections();
    await closed;
    this.streams.clear();
  }

  async restart() {
    this.#server = createServer((request, response) => void this.#serve(request, response));
    await this.open(this.port);
  }

  /** Answer calls otherwise, `times` times. @param {string} method @param {RegExp} path @param {Fault} fault */
  disturb(method, path, fault, times = 1) {
    this.#faults.push({ method, path, left: times, fault });
  }

  mend() {
    this.#faults = [];
  }

  /** The calls of one sort. @param {string} method @param {RegExp} path */
  asked(method, path) {
    return this.calls.filter((call) => call.method === method && path.test(call.url));
  }

  /** Jobs that were really made. */
  get made() {
    return [...this.jobs.values()];
  }

  // the worker's part

  /** A job goes on: any fields of its representation. @param {string} jobId @param {object} change */
  change(jobId, change) {
    const job = { ...this.jobs.get(jobId), ...change, updatedAt: this.#time() };
    this.jobs.set(jobId, job);
    this.log.push(job);
    for (const stream of this.streams) this.#tell(stream, this.log.length, job);
  }

  /** @param {string} jobId */
  run(jobId, progress = 10) {
    this.change(jobId, { status: "processing", stage: "rendering", progress, queuePosition: null });
  }

  /** @param {string} jobId */
  succeed(jobId) {
    const outputUrl = `${this.origin}/media/${jobId}.png`;
    this.change(jobId, {
      status: "succeeded",
      stage: null,
      done: true,
      progress: 100,
      outputUrl,
      completedAt: this.#time(),
    });
  }

  /** @param {string} jobId */
  fail(jobId) {
    const error = { code: "provider_failed", message: "The provider gave up.", retryable: true };
    this.change(jobId, {
      status: "failed",
      stage: null,
      done: true,
      error,
      detail: error.message,
      completedAt: this.#time(),
    });
  }

  /** Forget an ended job's record: 410 from here on. @param {string} jobId */
  prune(jobId) {
    this.jobs.delete(jobId);
    this.#pruned.add(jobId);
  }

  /** End all streams, as a proxy does that has had enough of them. */
  cutStreams() {
    for (const { response } of this.streams) response.destroy();
    this.streams.clear();
  }

  /** Wait until a stream stands that tells of a show, null for all. @param {string | null} showId */
  async streaming(showId) {
    await until(() => [...this.streams].some((stream) => stream.showId === showId), `a stream tells of ${showId}`);
    await settle();
  }

  // serving

  /** @param {import("node:http").IncomingMessage} request @param {import("node:http").ServerResponse} response */
  async #serve(request, response) {
    let text = "";
    for await (const chunk of request) text += chunk;
    const { method = "", url = "", headers } = request;
    const body = text ? JSON.parse(text) : null;
    this.calls.push({ method, url, headers, body });
    const fault = this.#fault(method, url);
    if (fault?.drop === "before") return request.socket.destroy();
    if (fault && !fault.drop)
      return this.#send(response, fault.status ?? 200, fault.problem ?? {}, fault.headers, fault.raw);
    const [status, answer] = this.#answer(method, new URL(url, this.origin), headers, body, response);
    if (fault?.drop === "after") request.socket.destroy();
    else if (status) this.#send(response, status, answer);
  }

  /** @param {string} method @param {string} url */
  #fault(method, url) {
    const found = this.#faults.find((one) => one.left > 0 && one.method === method && one.path.test(url));
    if (found) found.left -= 1;
    return found?.fault;
  }

  /** @param {import("node:http").ServerResponse} response @param {number} status @param {any} answer */
  #send(response, status, answer, headers = {}, raw = JSON.stringify(answer)) {
    const type = status < 400 ? "application/json" : "application/problem+json";
    response.writeHead(status, { "Content-Type": type, ...headers });
    response.end(status === 204 ? undefined : raw);
  }

  /**
   * @param {string} method @param {URL} url @param {any} headers @param {any} body @param {any} response
   * @returns {[number, any] | [null]}
   */
  #answer(method, url, headers, body, response) {
    const path = url.pathname;
    if (path === "/healthz") return [200, {}];
    if (this.key && headers.authorization !== `Bearer ${this.key}`)
      return problem(401, "unauthorized", "A key is needed.");
    if (path === "/v1/events") return this.#stream(url.searchParams.get("showId"), headers["last-event-id"], response);
    if (path === "/v1/jobs") return [200, this.#list(url.searchParams)];
    if (path === "/v1/jobs:retryFailed") return [202, this.#retryFailed(body ?? {})];
    if (path === "/v1/queue") return [200, { kinds: {} }];
    if (path === "/v1/models") return [200, { kinds: {}, limits: {} }];
    const [, jobId, action] = /^\/v1\/jobs\/([^/]+)(?:\/(\w+))?$/.exec(path) ?? [];
    if (method === "POST" && !action && ["portrait", "video"].includes(jobId)) return this.#submit(jobId, body);
    const job = this.jobs.get(jobId);
    if (this.#pruned.has(jobId)) return problem(410, "job_pruned", "That job's record is no longer kept.");
    if (!job) return problem(404, "job_not_found", "There is no such job.");
    if (action === "cancel") return this.#cancel(job);
    if (action === "retry") return this.#retry(job, body ?? {});
    if (action === "timeline") return [200, { events: this.log.filter((one) => one.jobId === jobId) }];
    if (method === "DELETE") return (this.prune(jobId), [204, null]);
    return [200, job];
  }

  /** @param {string} kind @param {any} body @returns {[number, any]} */
  #submit(kind, { jobId, metadata, showId, characterId, ...content }, retryOf = /** @type {string | null} */ (null)) {
    const written = JSON.stringify([kind, showId, characterId, content]);
    const known = this.jobs.get(jobId);
    if (this.#pruned.has(jobId)) return problem(410, "job_pruned", "That job's record is no longer kept.");
    if (known && this.#contents.get(jobId) !== written)
      return problem(409, "job_id_conflict", "The jobId was used for another request.");
    if (known) return [known.done ? 200 : 202, known];
    const running = this.made.find(
      (job) => job.kind === kind && job.showId === showId && job.characterId === characterId && !job.done,
    );
    if (running) return [202, running];
    this.#contents.set(jobId, written);
    const who = { jobId, kind, showId, characterId, characterName: content.character.character };
    this.jobs.set(jobId, { ...UNTOLD, ...who, retryOf, metadata: metadata ?? {}, createdAt: this.#time() });
    this.change(jobId, {});
    return [202, this.jobs.get(jobId)];
  }

  /** @param {any} job @returns {[number, any]} */
  #cancel(job) {
    if (job.done) return [200, job];
    if (job.status === "starting")
      this.change(job.jobId, { status: "canceled", stage: null, done: true, completedAt: this.#time() });
    else this.change(job.jobId, { stage: "canceling" });
    return [job.status === "starting" ? 200 : 202, this.jobs.get(job.jobId)];
  }

  /** @param {any} job @param {any} wish @returns {[number, any]} */
  #retry(job, wish) {
    if (!["failed", "canceled"].includes(job.status))
      return problem(409, "job_not_retryable", `Job ${job.jobId} is ${job.status}.`);
    const [kind, showId, characterId, content] = JSON.parse(this.#contents.get(job.jobId));
    this.#retries += 1;
    return this.#submit(kind, { ...content, ...wish, showId, characterId, jobId: `retry-${this.#retries}` }, job.jobId);
  }

  /** @param {{showId?: string}} which */
  #retryFailed({ showId }) {
    const isRetried = (/** @type {any} */ job) => this.made.some((one) => one.retryOf === job.jobId);
    const failed = this.made.filter(
      (job) => job.status === "failed" && (!showId || job.showId === showId) && !isRetried(job),
    );
    return { jobs: failed.map((job) => this.#retry(job, {})[1]), nextCursor: null };
  }

  /** @param {URLSearchParams} query */
  #list(query) {
    const ids = query.get("ids")?.split(",");
    const limit = Number(query.get("limit") ?? 50);
    const is = (/** @type {any} */ job, /** @type {string} */ name) =>
      !query.has(name) || query.getAll(name).includes(job[name]);
    const fits = (/** @type {any} */ job) => ["kind", "status", "showId", "characterId"].every((name) => is(job, name));
    const all = this.made.filter((job) => fits(job) && (!ids || ids.includes(job.jobId))).reverse();
    const from = Number(query.get("cursor") ?? 0);
    return { jobs: all.slice(from, from + limit), nextCursor: from + limit < all.length ? String(from + limit) : null };
  }

  /**
   * @param {string | null} showId @param {string | undefined} lastId
   * @param {import("node:http").ServerResponse} response @returns {[null]}
   */
  #stream(showId, lastId, response) {
    response.writeHead(200, { "Content-Type": "text/event-stream" });
    response.write("retry: 3000\n\n");
    const stream = { showId, response };
    const from = lastId ? Number(lastId) : this.log.length;
    this.log.slice(from).forEach((job, index) => this.#tell(stream, from + index + 1, job));
    response.write(`id: ${this.log.length}\nevent: hello\ndata: {}\n\n`);
    this.streams.add(stream);
    response.on("close", () => this.streams.delete(stream));
    return [null];
  }

  /** @param {any} stream @param {number} id @param {any} job */
  #tell({ showId, response }, id, job) {
    if (showId === null || job.showId === showId)
      response.write(`id: ${id}\nevent: job\ndata: ${JSON.stringify(job)}\n\n`);
  }

  /** A time a second later than the last. */
  #time() {
    this.#seconds += 1;
    return new Date(Date.parse("2026-11-24T09:00:00Z") + this.#seconds * 1_000).toISOString().replace(".000Z", "Z");
  }
}

/** @param {number} status @param {string} code @param {string} error @returns {[number, any]} */
function problem(status, code, error) {
  return [status, { status, code, error, detail: error, retryable: false, errors: [] }];
}
