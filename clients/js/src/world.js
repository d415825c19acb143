/** What the client needs of the browser, in one place, so that tests can put something else there. */

/**
 * @typedef {object} World
 * @property {() => number} now  Epoch milliseconds.
 */

export {};
