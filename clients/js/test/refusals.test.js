/** What the server refuses, and what it may have taken without a word: neither is the end of the matter. */

import assert from "node:assert/strict";
import { test } from "node:test";
import { slotOf } from "../src/index.js";
import { ask } from "./support/browser.js";
import { until } from "./support/clock.js";
import { stage } from "./support/stage.js";

const SLOT = slotOf("low-tide", "mira", "portrait");
const POST = /^\/v1\/jobs\/portrait$/;
const CANCEL = /\/cancel$/;

test("a cancel that was refused can be asked for again", async (t) => {
  const { server, browser } = await stage(t);
  const { greenroom } = await browser.open();
  greenroom.make(ask());
  await until(() => greenroom.task(SLOT)?.phase === "active");
  server.disturb("POST", CANCEL, { status: 500, problem: { error: "Something broke." } });

  await greenroom.cancel(SLOT);
  await browser.calm();
  const { phase, canceling, note } = greenroom.task(SLOT) ?? {};
  assert.deepEqual([phase, canceling, note], ["active", false, "It was not canceled: Something broke."]);

  await greenroom.cancel(SLOT);
  await until(() => greenroom.task(SLOT)?.phase === "canceled");
  assert.equal(server.asked("POST", CANCEL).length, 2);
});
