/** What every view is given, in words for the type checker. */

/**
 * @typedef {import("../client/index.js").Greenroom} Greenroom
 *
 * @typedef {object} App
 * @property {Greenroom} greenroom the client: jobs, tasks, the connection
 * @property {import("../shows/store.js").ShowStore} shows the shows of this browser
 * @property {() => Promise<any>} models what `GET /v1/models` answered, asked once; asked again after it failed
 * @property {(text: string) => Promise<import("../shows/documents.js").ReadDocuments>} readDocuments reads pasted JSON;
 *   rejects with a sentence that says what is wrong and where
 * @property {(text: string, how?: {assertive?: boolean}) => void} announce tells screen readers
 * @property {(path: string) => void} go opens a view, such as "/shows/abc"
 */

/**
 * Remember a promise's result, but not its failure.
 *
 * @template T
 * @param {() => Promise<T>} ask
 * @returns {() => Promise<T>}
 */
export function once(ask) {
  /** @type {Promise<T> | null} */
  let answer = null;
  return () => {
    answer ??= ask().catch((error) => {
      answer = null;
      throw error;
    });
    return answer;
  };
}
