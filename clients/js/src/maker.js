/** Getting jobs made: each is asked for until it is answered, and never twice. */

import { Away, Refused } from "./api.js";
import { ended, isActive, newJobId, requestOf, slotOf, troubleOf, withJob } from "./tasks.js";
import { Moot, jobOf, keyOf } from "./wish.js";
import { Bell, rest } from "./world.js";

/** @import { Ask, Body, Job, Options, Task, Trouble } from "./types.js" */
/** @import { World } from "./world.js" */

const USUALLY_ANSWERED_MS = 1_000;
const TAKE_OVER_MS = 20_000;
/** When a job that was canceled while its POST was lost is looked for again: the server may still be at it. */
const SECOND_LOOKS_MS = [3_000, 12_000];
const ELSEWHERE = "already being made elsewhere; following that one";
const NO_DOCUMENTS = "The server never got this, and its documents are no longer at hand: make it anew.";

/**
 * @typedef {object} Parts
 * @property {import("./api.js").Api} api
 * @property {import("./connection.js").Connection} connection
 * @property {import("./book.js").TaskBook} book
 * @property {import("./store.js").TaskStore} store
 * @property {World} world
 * @property {string} base
 * @property {Options["bodyOf"]} bodyOf
 * @property {(task: Task, what: string) => void} say  Writes a line to the console.
 * @property {(jobId: string) => void} look  Asks about a job once, soon.
 */

export class Maker {
  #parts;
  #life = new AbortController().signal;
  /** What wakes those that wait to be sent, by slot. @type {Map<string, Bell>} */
  #bells = new Map();
  /** Cancels under way, by job. @type {Map<string, Promise<void>>} */
  #stops = new Map();

  /** @param {Parts} parts */
  constructor(parts) {
    this.#parts = parts;
  }

  /** Work until the signal is aborted. @param {AbortSignal} signal */
  begin(signal) {
    this.#life = signal;
  }

  /** @param {Ask} ask @returns {Task} */
  make({ kind, showId, characterId, characterName = characterId, showTitle = showId, body }) {
    const slot = slotOf(showId, characterId, kind);
    const who = { slot, kind, showId, characterId, characterName, showTitle };
    return this.#begin({ ...who, jobId: newJobId(), retryOf: null, request: requestOf(body) }, body);
  }

  /**
   * Make an ended job again, as it was asked for but for the `wish`.
   * @param {Task} task @param {{customPrompt?: string}} wish
   */
  retry(task, wish) {
    const request = { ...task.request, ...wish };
    // What the server never took it cannot make again, and asking it to is an error on the browser's console.
    if (task.jobId && !task.job) return this.#begin({ ...task, jobId: newJobId(), retryOf: null, request }, null);
    // The new jobId is the server's to choose: it follows from the old one, so that asking twice makes one.
    const retryOf = task.jobId || task.retryOf;
    return this.#begin({ ...task, jobId: "", retryOf, request }, null);
  }

  /**
   * Go on with a task that nobody has answered yet.
   * @param {Task} task @param {boolean} isElsewhere  Whether another tab is sending it, or was.
   */
  resume(task, isElsewhere = false) {
    this.#work(task, { body: null, isUnsure: true, isElsewhere });
  }

  /** A slot's task has changed. @param {string} slot */
  changed(slot) {
    this.#bells.get(slot)?.ring();
  }

  /** Have a running job stopped. @param {string} jobId @returns {Promise<void>} */
  stop(jobId) {
    const stop = this.#stops.get(jobId) ?? this.#stop(jobId).finally(() => this.#stops.delete(jobId));
    this.#stops.set(jobId, stop);
    return stop;
  }

  /** @param {string} jobId */
  async #stop(jobId) {
    const { api, connection, book, look } = this.#parts;
    const life = this.#life;
    try {
      book.hear(await connection.call((signal) => api.cancel(jobId, signal), life));
    } catch (error) {
      if (error instanceof Refused) {
        if (!error.isGone) this.#runsOn(jobId, error);
        look(jobId); // it may be gone, or over
      } else if (!life.aborted) throw error;
    }
  }

  /** It could not be stopped: whoever wants that may ask again. @param {string} jobId @param {Refused} error */
  #runsOn(jobId, { message }) {
    const task = this.#parts.book.ofJob(jobId);
    if (task?.canceling) this.#parts.book.put({ ...task, canceling: false, note: `It was not canceled: ${message}` });
  }

  /**
   * @param {Omit<Task, "phase" | "job" | "error" | "note" | "since" | "endedAt" | "canceling">} what
   * @param {Body | null} body @returns {Task}
   */
  #begin(what, body) {
    const { book, world, say } = this.#parts;
    const running = this.#running(what.slot);
    if (running) {
      say(running, "skipped (duplicate)");
      return running;
    }
    const fresh = { job: null, error: null, note: null, endedAt: null, canceling: false, since: world.now() };
    const task = /** @type {Task} */ ({ ...what, ...fresh, phase: "sending" });
    book.put(task);
    this.#work(task, { body, isUnsure: false, isElsewhere: false });
    return task;
  }

  /** What is being made in a slot, here or in another tab whose news has not come yet. @param {string} slot */
  #running(slot) {
    const { book } = this.#parts;
    if (!isActive(book.get(slot))) this.#readAgain(slot);
    const task = book.get(slot);
    return isActive(task) ? task : null;
  }

  /** @param {string} slot */
  #readAgain(slot) {
    const stored = this.#parts.store.read(slot);
    if (stored) this.#parts.book.merge(slot, stored);
  }

  /**
   * One tab at a time sends a task. It holds the lock until it is answered; then it is the next one's turn.
   * Where there are no locks the others wait a while: the jobId keeps what two of them send from becoming two jobs.
   * @param {Task} task @param {Sending} how
   * @typedef {{body: Body | null, isUnsure: boolean, isElsewhere: boolean}} Sending  Unsure: the server may have it.
   */
  async #work(task, how) {
    const { world, store, base } = this.#parts;
    const signal = this.#life;
    const locks = store.isShared ? world.locks : null;
    const send = () => this.#send(task, how);
    try {
      if (how.isElsewhere) await rest(world, locks ? USUALLY_ANSWERED_MS : TAKE_OVER_MS, signal);
      if (!this.#waiting(task)) return;
      await (locks ? locks.request(`greenroom${base}send/${keyOf(task)}`, { signal }, send) : send());
    } catch (error) {
      if (!signal.aborted) throw error;
    }
  }

  /** @param {Task} task @param {Sending} how */
  async #send(task, { body, isUnsure }) {
    if (isUnsure) this.#readAgain(task.slot);
    this.#bells.set(task.slot, new Bell());
    let isLost = isUnsure;
    for (let now = this.#waiting(task); now; now = this.#waiting(task)) {
      try {
        const known = isUnsure ? await this.#find(now, isLost) : null;
        if (known) this.#answered(now, known, true);
        else if (this.#waiting(task)?.canceling) this.#end(now, null);
        else this.#answered(now, await this.#post(now, body), false);
      } catch (error) {
        const isMoot = error instanceof Moot;
        isLost ||= isMoot && error.isLost;
        // What was turned away each time is not there, and need not be looked for.
        isUnsure = isMoot && (isUnsure || error.isLost);
        if (error instanceof Refused) await this.#refused(now, error);
        else if (!isMoot) throw error;
      }
    }
  }

  /** The task as it now is, for as long as this wish waits for its answer. @param {Task} task */
  #waiting(task) {
    const now = this.#parts.book.get(task.slot);
    return now?.phase === "sending" && now.since === task.since ? now : null;
  }

  /**
   * The job that the server has for a task, null for none. For one that is canceled that is no answer until what was
   * sent can no longer arrive: accepted afterwards, it would run and be paid for unseen.
   * @param {Task} task @param {boolean} isLost  Whether it was sent, and never answered. @returns {Promise<Job | null>}
   */
  async #find(task, isLost) {
    let job = await this.#lookUp(task);
    for (const pause of isLost ? SECOND_LOOKS_MS : []) {
      if (job || !this.#waiting(task)?.canceling) break;
      await rest(this.#parts.world, pause, this.#life);
      job = await this.#lookUp(task);
    }
    return job;
  }

  /** @param {Task} task */
  #lookUp(task) {
    return jobOf(task, this.#parts, this.#life);
  }

  /** @param {Task} task @param {Body | null} body @returns {Promise<Job>} */
  async #post(task, body) {
    const { api } = this.#parts;
    const { jobId, kind, showId, characterId, showTitle, request } = task;
    if (!jobId) return this.#postRetry(task);
    const wanted = { ...(body ?? (await this.#documents(task))), ...request };
    const metadata = { showTitle: showTitle.slice(0, 512), ...wanted.metadata };
    return this.#ask(task, (signal) => api.submit(kind, { ...wanted, jobId, showId, characterId, metadata }, signal));
  }

  /**
   * A retry has no jobId to be told by before it is answered, so after a lost answer its job is looked for.
   * @param {Task} task
   */
  #postRetry(task) {
    const { customPrompt } = task.request;
    let isLost = false;
    return this.#ask(task, async (signal) => {
      const made = isLost ? await this.#lookUp(task) : null;
      isLost = true;
      return made ?? this.#parts.api.retry(String(task.retryOf), customPrompt ? { customPrompt } : {}, signal);
    });
  }

  /** @param {Task} task @param {(signal: AbortSignal) => Promise<Job>} send */
  #ask(task, send) {
    let isLost = false;
    const once = async (/** @type {AbortSignal} */ signal) => {
      const now = this.#waiting(task);
      if (!now || now.canceling) throw new Moot(isLost);
      try {
        return await send(signal);
      } catch (error) {
        isLost ||= error instanceof Away && !error.wasTurnedAway;
        throw error;
      }
    };
    const bell = /** @type {Bell} */ (this.#bells.get(task.slot));
    return this.#parts.connection.call(once, this.#life, bell);
  }

  /** @param {Task} task @returns {Promise<Body>} */
  async #documents(task) {
    try {
      const body = await this.#parts.bodyOf?.(task);
      if (body) return body;
    } catch (error) {
      this.#parts.say(task, `no documents: ${error}`);
    }
    throw new Refused(0, { code: "documents_gone", error: NO_DOCUMENTS });
  }

  /** @param {Task} task @param {Job} job @param {boolean} wasFound */
  #answered(task, job, wasFound) {
    const { book, world, look } = this.#parts;
    const now = this.#waiting(task);
    if (!now) return book.hear(job); // its news was quicker than the answer
    const isOther = now.jobId !== "" && now.jobId !== job.jobId;
    book.put(withJob(isOther ? { ...now, note: ELSEWHERE } : now, job, world.now()));
    // What happened to a job before its jobId was known here went by unnoticed.
    if (wasFound || now.jobId !== job.jobId) look(job.jobId);
  }

  /** @param {Task} task @param {Refused} error */
  async #refused(task, error) {
    const { book } = this.#parts;
    const now = this.#waiting(task);
    if (!now) return;
    if (!now.jobId && error.isGone) return book.put({ ...now, jobId: newJobId() }); // as good as new, then
    // It may be there all the same: made before the answer broke, of documents as they then were, or never ended badly.
    const isThere = error.status >= 500 || error.code === "job_id_conflict" || error.code === "job_not_retryable";
    const job = isThere ? await this.#lookUp(now.jobId ? now : { ...now, jobId: String(now.retryOf) }) : null;
    const answers = job && (now.jobId || !["failed", "canceled"].includes(job.status));
    if (answers) this.#answered(now, job, true);
    else this.#end(now, troubleOf(error.code, error.message, false));
  }

  /** @param {Task} task @param {Trouble | null} trouble */
  #end(task, trouble) {
    const { book, world } = this.#parts;
    const now = this.#waiting(task);
    if (now) book.put(ended(now, trouble, world.now()));
  }
}
