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

test("canceled after its POST was lost, a job that is accepted late is stopped all the same", async (t) => {
  const { server, browser } = await stage(t);
  const { greenroom } = await browser.open();
  server.disturb("POST", POST, { drop: "before" });
  const task = greenroom.make(ask());
  await until(() => greenroom.connection.state === "away");

  await greenroom.cancel(SLOT);
  await browser.calm();
  await browser.pass(1_000);
  assert.equal(greenroom.task(SLOT)?.phase, "sending", "nobody can say yet that it was never taken");
  // The server was only slow: it takes the job when the page has long given up on the answer.
  const { kind, showId, characterId } = task;
  const body = JSON.stringify({ ...ask().body, jobId: task.jobId, showId, characterId });
  await fetch(`${server.origin}/v1/jobs/${kind}`, { method: "POST", body });
  await browser.pass(5_000);

  await until(() => greenroom.task(SLOT)?.phase === "canceled");
  assert.deepEqual(
    server.made.map(({ status }) => status),
    ["canceled"],
  );
});

test("canceled after its POST was lost, a job that never arrives is given up", async (t) => {
  const { server, browser } = await stage(t);
  const { greenroom } = await browser.open();
  server.disturb("POST", POST, { drop: "before" });
  greenroom.make(ask());
  await until(() => greenroom.connection.state === "away");
  await greenroom.cancel(SLOT);
  await browser.pass(20_000);
  assert.equal(greenroom.task(SLOT)?.phase, "canceled");
  assert.equal(server.made.length, 0);
});
