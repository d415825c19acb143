/**
 * One job of a card, as the page sees it: idle → sending → running → done or failed, and from there anew.
 *
 * What is remembered of it is written before anything is sent, so whatever is lost on the way, the jobId is not:
 * a reload asks for the jobId, and sends the job again under it when the server has never heard of it.
 */

import { Refused } from "./api.js";

const ENDED = new Set(["succeeded", "failed", "canceled"]);
const IDLE = Object.freeze({ phase: "idle", outputUrl: null, request: {} });
const FORGOTTEN = "The server no longer knows this job.";
const FILE_GONE = "The file is no longer kept.";
const ELSEWHERE = "Already being made elsewhere; following that one.";

/**
 * Fires "change" whenever `state` does:
 * `{phase, outputUrl, request, since?, note?, error?, status?, stage?, progress?, queuePosition?, detail?}`.
 * `outputUrl` is the latest finished output and stays while another is made; `since` is in epoch milliseconds.
 */
export class Job extends EventTarget {
  #name;
  #bodyOf;
  #door;
  #connection;
  #store;
  #entry = null;
  #run = new AbortController();

  /** `bodyOf(request)` gives what is posted, but for the jobId; `name` is the entry's in the store. */
  constructor(kind, name, bodyOf, { door, connection, store }) {
    super();
    this.kind = kind;
    this.state = IDLE;
    this.#name = name;
    this.#bodyOf = bodyOf;
    this.#door = door;
    this.#connection = connection;
    this.#store = store;
    store.addEventListener("entry", ({ detail }) => detail.name === name && this.#adopt(detail.entry));
  }

  get isBusy() {
    return this.state.phase === "sending" || this.state.phase === "running";
  }

  /** Make a new one. `request` is what the user chose; it is remembered. Does nothing while one is being made. */
  start(request = {}) {
    if (this.isBusy) return;
    const { outputUrl } = this.state;
    this.#entry = { jobId: newJobId(), answered: false, phase: "sending", since: Date.now(), request, outputUrl };
    this.#show();
    this.#live(async (signal) => {
      const { status } = await this.#submit(signal);
      if (!ENDED.has(status)) await this.#connection.beat(signal);
      await this.#follow(signal);
    });
  }

  /** Go on with what an earlier visit began. */
  resume() {
    this.#continue(this.#store.read(this.#name));
  }

  /** Forget the job; `note` says why. */
  reset(note) {
    this.#run.abort();
    this.#entry = null;
    this.#store.remove(this.#name);
    this.#change({ ...IDLE, note });
  }

  /** Whether the output, which did not load, can still be had; if not, the job is back at its start. */
  async isKept() {
    const { outputUrl } = this.state;
    const kept = await this.#connection.call((signal) => this.#door.isKept(outputUrl, signal));
    if (!kept && outputUrl === this.state.outputUrl && !this.isBusy) this.reset(FILE_GONE);
    return kept;
  }

  /** Another tab of this browser has begun a job, and the server has answered it. */
  #adopt(entry) {
    if (entry?.answered && entry.jobId !== this.#entry?.jobId) this.#continue(entry);
  }

  #continue(entry) {
    if (typeof entry?.jobId !== "string") return;
    this.#entry = entry;
    this.#show();
    this.#live((signal) => this.#follow(signal));
  }

  async #live(task) {
    this.#run.abort();
    const { signal } = (this.#run = new AbortController());
    try {
      await task(signal);
    } catch (error) {
      if (signal.aborted) return;
      this.#fail(error instanceof Refused ? error.message : "Something on this page broke.");
      if (!(error instanceof Refused)) throw error;
    }
  }

  async #submit(signal) {
    const { jobId, request } = this.#entry;
    const body = { ...this.#bodyOf(request), jobId };
    const answer = await this.#connection.call((during) => this.#door.submit(this.kind, body, during), signal);
    const note = answer.jobId === jobId ? undefined : ELSEWHERE;
    Object.assign(this.#entry, { jobId: answer.jobId, answered: true, phase: "running" });
    this.#show({ status: answer.status, note });
    return answer;
  }

  async #follow(signal) {
    for (;;) {
      const { jobId, answered } = this.#entry;
      const seen = await this.#connection.call((during) => this.#door.status(this.kind, jobId, during), signal);
      if (seen.status !== null) this.#saw(seen);
      else if (answered) return this.#forgotten(signal);
      else await this.#submit(signal); // the answer was lost, or the job was
      if (ENDED.has(seen.status)) return;
      await this.#connection.beat(signal);
    }
  }

  #saw(seen) {
    const { status, detail, outputUrl, stage, progress, queuePosition } = seen;
    this.#entry.answered = true;
    if (status === "succeeded") {
      Object.assign(this.#entry, { phase: "done", outputUrl });
      this.#show();
    } else if (ENDED.has(status)) {
      this.#fail(detail ?? `The job ${status === "canceled" ? "was canceled" : "failed"}.`);
    } else {
      this.#entry.phase = "running";
      this.#show({ status, detail, stage, progress, queuePosition, note: this.state.note });
    }
  }

  async #forgotten(signal) {
    const { outputUrl, phase } = this.#entry;
    const ask = (during) => this.#door.isKept(outputUrl, during);
    if (!outputUrl || !(await this.#connection.call(ask, signal))) return this.reset(FORGOTTEN);
    this.#entry.phase = "done";
    this.#show({ note: phase === "done" ? undefined : FORGOTTEN });
  }

  #fail(error) {
    // A refusal is an answer too: there is nothing to send again.
    Object.assign(this.#entry, { answered: true, phase: "failed", error });
    this.#show();
  }

  #show(progress = {}) {
    this.#store.write(this.#name, this.#entry);
    const { phase, outputUrl, request, since, error } = this.#entry;
    this.#change({ phase, outputUrl, request, since, error, ...progress });
  }

  #change(state) {
    this.state = Object.freeze(state);
    this.dispatchEvent(new Event("change"));
  }
}

/** `randomUUID` is there in secure contexts only, and a page on the local network is none. */
function newJobId() {
  if (crypto.randomUUID) return crypto.randomUUID();
  return Array.from(crypto.getRandomValues(new Uint8Array(16)), (byte) => byte.toString(16).padStart(2, "0")).join("");
}
