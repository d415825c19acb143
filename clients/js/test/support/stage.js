/** A server and a browser for one test, put away after it. */

import { setMaxListeners } from "node:events";
import { Browser } from "./browser.js";
import { Server } from "./server.js";

setMaxListeners(0); // a signal may have as many listeners as it likes in browsers

/** @param {import("node:test").TestContext} t */
export async function stage(t) {
  const server = await new Server().open();
  const browser = new Browser(String(server.origin));
  t.after(async () => {
    browser.closeAll();
    await server.close();
  });
  return { server, browser };
}
