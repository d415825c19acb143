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

test("canceled while the server wants a key: it ends at once, and is never sent", async (t) => {
  const { server, browser } = await stage(t);
  server.key = "the-key";
  const { greenroom } = await browser.open();
  greenroom.make(ask());
  await until(() => server.asked("POST", POST).length === 1);
  await browser.calm();
  assert.equal(greenroom.task(SLOT)?.phase, "sending");

  await greenroom.cancel(SLOT);
  await until(() => greenroom.task(SLOT)?.phase === "canceled");
  greenroom.key = "the-key";
  await browser.pass(60_000);
  assert.equal(server.asked("POST", POST).length, 1);
  assert.equal(server.made.length, 0);
});

test("what the server refused is asked for anew, and not as a retry of a job that never was", async (t) => {
  const { server, browser } = await stage(t);
  const { greenroom } = await browser.open();
  server.disturb("POST", POST, { status: 422, problem: { error: "Not like this." } });
  const { jobId } = greenroom.make(ask());
  await until(() => greenroom.task(SLOT)?.phase === "failed");

  const again = greenroom.retry(SLOT);
  await until(() => greenroom.task(SLOT)?.phase === "active");
  assert.notEqual(again.jobId, jobId);
  assert.equal(again.retryOf, null);
  assert.equal(server.asked("POST", /\/retry$/).length, 0);
  assert.equal(server.made.length, 1);
});

test("a stored task that lacks something is dropped, instead of breaking whoever shows it", async (t) => {
  const { browser } = await stage(t);
  const before = await browser.open();
  before.greenroom.make(ask());
  await until(() => before.greenroom.task(SLOT)?.phase === "active");
  before.close();
  const [[key, whole]] = [...browser.storage.entries];
  const { at, task } = JSON.parse(whole);
  for (const wrong of [{ request: undefined }, { showId: 7 }, { since: "today" }, { job: null }, { job: "made" }]) {
    browser.storage.entries.set(key, JSON.stringify({ at, task: { ...task, ...wrong } }));
    const tab = await browser.open();
    assert.deepEqual(tab.greenroom.tasks, [], JSON.stringify(wrong));
    tab.close();
  }
});

test("the console says of a tab's wish that it was another tab's", async (t) => {
  const { browser } = await stage(t);
  const [one, other] = [await browser.open(), await browser.open()];
  one.greenroom.make(ask());
  await until(() => other.greenroom.task(SLOT)?.phase === "active");
  assert.ok(one.lines.some((line) => line.includes(" · started · ")));
  assert.equal(other.lines.filter((line) => line.includes(" · started · ")).length, 0);
});
