/**
 * What the client speaks of, as types only: nothing here runs. Times in a job are RFC 3339 texts, elsewhere epoch
 * milliseconds.
 *
 * @typedef {"portrait" | "video"} Kind
 * @typedef {"starting" | "processing" | "succeeded" | "failed" | "canceled"} Status
 * @typedef {"queued" | "submitting" | "provider_starting" | "rendering" | "storing" | "throttled" | "canceling"} Stage
 * @typedef {"sending" | "active" | "succeeded" | "failed" | "canceled" | "cleared"} Phase
 *
 * @typedef {object} Job  A job as the server shows it everywhere.
 * @property {string} jobId
 * @property {Kind} kind
 * @property {Status} status
 * @property {Stage | null} stage  Null once it has ended.
 * @property {boolean} done
 * @property {number | null} progress  0 to 100.
 * @property {string | null} detail  Why it waits or failed, for people.
 * @property {string | null} outputUrl  Absolute, and by the scheme that the page itself reaches the server by.
 * @property {Output | null} output
 * @property {{code: string, message: string, retryable: boolean} | null} error
 * @property {string | null} showId
 * @property {string | null} characterId
 * @property {string | null} characterName
 * @property {string} model
 * @property {Record<string, string | number>} settings
 * @property {string | null} provider
 * @property {number} attempt
 * @property {string | null} retryOf
 * @property {number | null} queuePosition  1 is next.
 * @property {string | null} eta
 * @property {string} createdAt
 * @property {string | null} startedAt
 * @property {string} updatedAt
 * @property {string | null} completedAt
 * @property {string} deadline
 * @property {string | null} expiresAt
 * @property {Record<string, string>} metadata
 * @property {{self: string, cancel: string, retry: string, events: string, timeline: string}} urls
 *
 * @typedef {object} Output
 * @property {string} contentType
 * @property {number} bytes
 * @property {string} sha256
 * @property {number} width
 * @property {number} height
 * @property {number | null} [durationSeconds]
 *
 * @typedef {object} Trouble
 * @property {string} code
 * @property {string} message  One sentence for people.
 * @property {boolean} retryable
 *
 * @typedef {object} Task  What this browser knows of the latest job of one slot. Frozen; each change is a new one.
 * @property {string} slot  `slotOf(showId, characterId, kind)`.
 * @property {string} jobId  Another one when the server answers with a job that was running already.
 * @property {Kind} kind
 * @property {string} showId
 * @property {string} characterId
 * @property {string} characterName
 * @property {string} showTitle
 * @property {Phase} phase
 * @property {Job | null} job  Null until the server has answered.
 * @property {Trouble | null} error
 * @property {string | null} note  Something worth telling that is no error.
 * @property {number} since  When it was asked for.
 * @property {number | null} endedAt
 * @property {string | null} retryOf  The job that this one makes again.
 * @property {boolean} canceling  Whether a cancel was asked for here.
 * @property {Wishes} request  What was asked for but the documents.
 *
 * @typedef {Record<string, unknown> & {
 *   customPrompt?: string, imageModel?: string, modelId?: string, seconds?: number, aspectRatio?: string,
 *   resolution?: string, portraitUrl?: string, stylizationGuardrails?: boolean, deadlineSeconds?: number,
 * }} Wishes
 *
 * @typedef {Wishes & {show: object, character: object, metadata?: Record<string, string>}} Body
 *   What `POST /v1/jobs/{kind}` takes, but for `jobId`, `showId` and `characterId`.
 *
 * @typedef {object} Ask
 * @property {Kind} kind
 * @property {string} showId
 * @property {string} characterId
 * @property {string} [characterName]
 * @property {string} [showTitle]
 * @property {Body} body
 *
 * @typedef {"live" | "polling" | "away" | "offline"} State
 * @typedef {{state: State, trouble: string | null}} ConnectionState  `trouble` is a sentence for people.
 *
 * @typedef {object} Page  Of a list, newest first. It may be short, or empty, and yet have a cursor.
 * @property {Job[]} jobs
 * @property {string | null} nextCursor
 *
 * @typedef {object} JobsQuery
 * @property {Kind} [kind]
 * @property {Status | Status[]} [status]
 * @property {string} [showId]
 * @property {string} [characterId]
 * @property {string[]} [ids]  At most 100.
 * @property {number} [limit]  At most 100; 50 if not given.
 * @property {string | null} [cursor]
 *
 * @typedef {object} QueueOfKind
 * @property {"ok" | "no_workers" | "throttled"} state
 * @property {string | null} stateDetail
 * @property {number} queued
 * @property {number} running
 * @property {number | null} oldestWaitSeconds
 * @property {number | null} medianRunSeconds
 * @property {number} endedLastMinute
 * @property {{id: string, running: number, capacity: number, since: string}[]} workers
 * @typedef {{kinds: Record<Kind, QueueOfKind>}} Queue
 *
 * @typedef {object} Setting
 * @property {string} name  The body's field.
 * @property {string} label
 * @property {string | number} default
 * @property {{value: string | number, label: string}[]} choices
 * @typedef {object} Model
 * @property {string} id
 * @property {string} label
 * @property {boolean} default
 * @property {number} usualSeconds
 * @property {number | null} promptMaxCharacters
 * @property {Setting[]} settings
 * @typedef {{field: string, default: string, models: Model[]}} Offer  `field` is the body's field that names a model.
 * @typedef {{kinds: Record<Kind, Offer>, limits: Record<string, number>}} Models
 *
 * @typedef {object} TimelineEvent  A CloudEvent; `data` is the job as of the event.
 * @property {string} id
 * @property {string} type
 * @property {string} time
 * @property {Record<string, unknown>} data
 *
 * @typedef {Pick<Storage, "length" | "key" | "getItem" | "setItem" | "removeItem">} TaskStorage
 * @typedef {Pick<Console, "info">} Log
 *
 * @typedef {object} Options
 * @property {string} [base]  Where the server is, relative to the page; "/" if not given.
 * @property {string | null} [key]  The API key, where the server wants one.
 * @property {(task: Task) => Promise<Body> | Body} [bodyOf]  Gives the documents of a task again when its POST was
 *   never answered and the page was left meanwhile; its `request` is laid over them.
 * @property {TaskStorage} [storage]  `localStorage` if not given and not forbidden.
 * @property {Log} [log]  `console` if not given.
 * @property {typeof globalThis.fetch} [fetch]
 * @property {Partial<import("./world.js").World>} [world]  Clock, locks and the like, for tests.
 */

export {};
