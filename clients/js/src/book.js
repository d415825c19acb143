/** The book of this tab's tasks, one a slot: written through to the storage, and told to whoever listens. */

import { ended, isActive, isNews, merged, troubleOf, withJob } from "./tasks.js";

/** @import { Job, Task } from "./types.js" */
/** @import { World } from "./world.js" */

const REWRITE_MS = 60_000;
const GONE = "The server no longer keeps this job, so nobody can say how it ended.";

export class TaskBook {
  #store;
  #world;
  #told;
  /** @type {Map<string, Task>} */
  #bySlot = new Map();
  /** @type {Map<string, string>} */
  #slotOfJob = new Map();
  /** When each slot was written last. @type {Map<string, number>} */
  #written = new Map();

  /**
   * `told` hears of each change: the task as it is and as it was, and whether another tab made the change.
   * @param {object} parts
   * @param {import("./store.js").TaskStore} parts.store
   * @param {World} parts.world
   * @param {(task: Task, was: Task | null, isTheirs: boolean) => void} parts.told
   */
  constructor({ store, world, told }) {
    this.#store = store;
    this.#world = world;
    this.#told = told;
  }

  /** Newest first. @returns {readonly Task[]} */
  get all() {
    return [...this.#bySlot.values()].sort((one, other) => other.since - one.since);
  }

  /** Those that the server has answered, and has not ended. */
  get followed() {
    return [...this.#bySlot.values()].filter((task) => task.phase === "active");
  }

  /** @param {string} slot */
  get(slot) {
    return this.#bySlot.get(slot) ?? null;
  }

  /** @param {string} jobId */
  ofJob(jobId) {
    return this.get(this.#slotOfJob.get(jobId) ?? "");
  }

  /** Take in what is stored, without a word to anybody; returns what is under way. */
  load() {
    const found = this.#store.all().filter((task) => !this.#bySlot.has(task.slot));
    for (const task of found) this.#keep(task);
    return found.filter(isActive);
  }

  /** @param {Task} next */
  put(next) {
    const was = this.get(next.slot);
    if (was === next) return;
    const task = this.#keep(next);
    if (this.#isWorthWriting(task, was)) this.#write(task);
    this.#told(task, was, false);
  }

  /** Another tab has written a task, or removed it. @param {string} slot @param {Task | null} theirs */
  merge(slot, theirs) {
    const ours = this.get(slot);
    if (!theirs) return ours && !isActive(ours) && this.#forget(ours, true);
    const task = merged(theirs, ours);
    if (task !== ours) this.#told(this.#keep(task), ours, true);
  }

  /** A job was heard of: its task, if there is one, is as the job says. @param {Job} job */
  hear(job) {
    const task = this.ofJob(job.jobId);
    if (task && (!task.job || isNews(job, task.job))) this.put(withJob(task, job, this.#world.now()));
  }

  /** The server no longer knows a job. @param {string} jobId */
  lose(jobId) {
    const task = this.ofJob(jobId);
    if (task?.phase === "active") this.put(ended(task, troubleOf("job_gone", GONE, true), this.#world.now()));
  }

  /** @param {Task} task */
  clear(task) {
    this.#store.remove(task.slot);
    this.#forget(task, false);
  }

  /** Clear what ended long ago. */
  sweep() {
    for (const task of this.#bySlot.values()) if (this.#store.isOver(task)) this.clear(task);
  }

  /** @param {Task} task */
  #keep(task) {
    this.#slotOfJob.delete(this.get(task.slot)?.jobId ?? "");
    const kept = Object.freeze(task);
    this.#bySlot.set(task.slot, kept);
    if (task.jobId) this.#slotOfJob.set(task.jobId, task.slot);
    return kept;
  }

  /** @param {Task} task @param {boolean} isTheirs */
  #forget(task, isTheirs) {
    this.#bySlot.delete(task.slot);
    this.#slotOfJob.delete(task.jobId);
    this.#told(Object.freeze({ ...task, phase: "cleared" }), task, isTheirs);
  }

  /**
   * Progress alone is written once a minute: whoever reads it asks the server anyway.
   * @param {Task} task @param {Task | null} was
   */
  #isWorthWriting(task, was) {
    const isSame = was?.jobId === task.jobId && was.phase === task.phase && was.canceling === task.canceling;
    const age = Math.abs(this.#world.now() - (this.#written.get(task.slot) ?? 0));
    return !isSame || was.job?.status !== task.job?.status || age > REWRITE_MS;
  }

  /** @param {Task} task */
  #write(task) {
    this.#written.set(task.slot, this.#world.now());
    this.#store.write(task);
  }
}
