/** The line that says when the server is away, or this device offline: what it means, and that nothing is lost. */

import { say } from "./dom.js";

const PATIENCE_MS = 1_200;

/**
 * Show the state of a connection in an element. What is over within a moment is not worth a word.
 *
 * @param {HTMLElement} element
 * @param {EventTarget & {connection: {state: string, trouble: string | null}}} greenroom
 * @param {(text: string, how?: {assertive?: boolean}) => void} announce
 */
export function watchConnection(element, greenroom, announce) {
  let timer = 0;
  const show = () => {
    const { headline, rest } = words(now(greenroom));
    const [strong, span] = element.children;
    say(strong, headline);
    say(span, rest);
    if (element.hidden) announce(`${headline} ${rest}`);
    element.hidden = false;
  };
  const look = () => {
    clearTimeout(timer);
    const { state } = now(greenroom);
    if (state !== "away" && state !== "offline") hide(element, announce);
    else if (element.hidden) timer = setTimeout(show, PATIENCE_MS);
    else show();
  };
  greenroom.addEventListener("connection", look);
  for (const event of ["online", "offline"]) addEventListener(event, look);
  look();
}

/**
 * The client learns that the device is offline when it asks for something; this is told even while it asks for nothing.
 *
 * @param {{connection: {state: string, trouble: string | null}}} greenroom
 */
function now({ connection }) {
  return navigator.onLine ? connection : { state: "offline", trouble: null };
}

/**
 * @param {HTMLElement} element
 * @param {(text: string) => void} announce
 */
function hide(element, announce) {
  if (!element.hidden) announce("Connected again.");
  element.hidden = true;
}

/** @param {{state: string, trouble: string | null}} connection */
function words({ state, trouble }) {
  if (state === "offline") {
    return { headline: "Offline.", rest: "What was accepted goes on without you, and appears here when you are back." };
  }
  return {
    headline: "Reconnecting…",
    rest: `${trouble ?? "The server does not answer."} Nothing is lost: what was accepted goes on by itself.`,
  };
}
