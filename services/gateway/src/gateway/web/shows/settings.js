/** What a show's settings may bring with them from elsewhere: the models and the words that were chosen, no more. */

/** @import { Settings } from "./store.js" */

const KINDS = ["portrait", "video"];

/**
 * The settings of a file that somebody opened. What says that something is to be made by itself is left out, for
 * opening a file must not spend money; and so is whatever has not the type that the page goes by.
 *
 * @param {Record<string, unknown>} settings
 * @returns {Settings}
 */
export function safeSettings({ models, wishes }) {
  const chosen = Object.entries(isObject(wishes) ? wishes : {}).map(([id, wish]) => [id, safeWish(wish)]);
  return { models: safeFields(models), wishes: Object.fromEntries(chosen) };
}

/** @param {unknown} wish */
function safeWish(wish) {
  const prompt = isObject(wish) && typeof wish.prompt === "string" ? { prompt: wish.prompt } : {};
  return { ...prompt, ...safeFields(wish) };
}

/** For each kind the fields of a job's body that choose its model: texts and numbers. @param {unknown} value */
function safeFields(value) {
  if (!isObject(value)) return {};
  const simple = (/** @type {unknown} */ field) => typeof field === "string" || typeof field === "number";
  const safe = KINDS.flatMap((kind) => {
    const fields = value[kind];
    return isObject(fields) ? [[kind, Object.fromEntries(Object.entries(fields).filter(([, field]) => simple(field)))]] : [];
  });
  return Object.fromEntries(safe);
}

/** @param {unknown} value @returns {value is Record<string, unknown>} */
function isObject(value) {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
