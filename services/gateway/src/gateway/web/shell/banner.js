/** The line that says when the server is away, wants us to wait, or this device is offline: and that nothing is lost. */

import { button, say } from "./dom.js";

const PATIENCE_MS = 1_200;

/**
 * Show the state of a connection in an element. What is over within a moment is not worth a word.
 *
 * @param {HTMLElement} element holds a headline, a text and a button
 * @param {EventTarget & {connection: {state: string, trouble: string | null}}} greenroom
 * @param {{announce: (text: string, how?: {assertive?: boolean}) => void, enterKey: () => void}} page
 */
export function watchConnection(element, greenroom, { announce, enterKey }) {
  const [headline, text] = element.children;
  const key = button("Enter a key", enterKey, { class: "small", hidden: true });
  element.append(" ", key);
  let timer = 0;
  let wantsKey = false;
  let over = "";
  const show = () => {
    const told = words(greenroom.connection, wantsKey);
    say(headline, told.headline);
    say(text, told.rest);
    key.hidden = !wantsKey;
    if (element.hidden) announce(`${told.headline} ${told.rest}`);
    element.hidden = false;
    over = told.over;
  };
  const look = () => {
    clearTimeout(timer);
    const { state, trouble } = greenroom.connection; // the browser's own word of a network says nothing of a server nearby
    if (isConnected(state)) wantsKey = false;
    if (trouble === null) {
      if (!element.hidden) announce(over);
      element.hidden = true;
    } else if (element.hidden) {
      timer = setTimeout(show, PATIENCE_MS);
    } else {
      show();
    }
  };
  greenroom.addEventListener("connection", look);
  greenroom.addEventListener("unauthorized", () => {
    wantsKey = true; // the connection says in a moment that it waits for it
  });
  for (const event of ["online", "offline"]) addEventListener(event, look);
  look();
}

/** @param {{state: string, trouble: string | null}} connection @param {boolean} wantsKey */
function words({ state, trouble }, wantsKey) {
  const over = "Connected again.";
  if (state === "offline") {
    return { headline: "Offline.", rest: "What was accepted goes on without you, and appears here when you are back.", over };
  }
  if (wantsKey) {
    return { headline: "This server wants a key.", rest: "What you began waits for it.", over };
  }
  if (isConnected(state)) {
    return { headline: "Waiting.", rest: `${trouble} This page does that by itself.`, over: "The wait is over." };
  }
  return {
    headline: "Reconnecting…",
    rest: `${trouble ?? "The server does not answer."} Nothing is lost: what was accepted goes on by itself.`,
    over,
  };
}

/** Whether the server answers, though it may want us to wait. @param {string} state */
function isConnected(state) {
  return state === "live" || state === "polling";
}
