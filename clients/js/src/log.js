/** What happens to each task, a line each, for those who look at the console. */

/** @import { Log, Task } from "./types.js" */

const NAMES = { succeeded: "completed", failed: "failed", canceled: "canceled", cleared: "cleared" };

export class TaskLog {
  #log;

  /** @param {Log} log */
  constructor(log) {
    this.#log = log;
  }

  /** @param {Task} task @param {string} what */
  say(task, what) {
    this.#log.info(lineOf(task, what));
  }

  /** @param {string} slot */
  dropped(slot) {
    this.#log.info(`[greenroom] ${slot} · dropped: what was stored of it cannot be read`);
  }

  /**
   * Say how a task changed, if it is worth a line; `isTheirs` when it was another tab that changed it.
   * @param {Task} task @param {Task | null} was @param {boolean} isTheirs
   */
  changed(task, was, isTheirs) {
    if (task.phase === "sending") {
      const where = isTheirs ? " in another tab" : "";
      if (was?.phase !== "sending") this.say(task, (task.retryOf ? "retried" : "started") + where);
    } else if (task.phase === "active") {
      if (task.note && !was?.note) this.say(task, task.note);
      if (task.job && task.job.status !== was?.job?.status) this.say(task, task.job.status);
    } else if (task.phase !== was?.phase) {
      this.say(task, NAMES[task.phase] + (task.error ? `: ${task.error.message}` : ""));
    }
  }
}

/**
 * A line of the console. A retry has no job of its own before it is answered: it goes by the one that is made again.
 * @param {Pick<Task, "characterName" | "kind" | "jobId" | "retryOf">} task @param {string} what
 */
export function lineOf({ characterName, kind, jobId, retryOf }, what) {
  const job = jobId || retryOf || "";
  const id = job && ` · ${job.length > 8 ? `${job.slice(0, 8)}…` : job}`;
  return `[greenroom] ${characterName} · ${kind} · ${what}${id}`;
}
