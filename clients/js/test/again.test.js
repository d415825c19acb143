/** Second thoughts: stopping a job, and making one again. */

import assert from "node:assert/strict";
import { test } from "node:test";
import { slotOf } from "../src/index.js";
import { ask, documents } from "./support/browser.js";
import { until } from "./support/clock.js";
import { stage } from "./support/stage.js";

const SLOT = slotOf("low-tide", "mira", "portrait");
const POST = /^\/v1\/jobs\/portrait$/;
const CANCEL = /\/cancel$/;
const RETRY = /\/retry$/;

/** A tab whose portrait is being made. @param {import("node:test").TestContext} t */
async function making(t) {
  const { server, browser } = await stage(t);
  const tab = await browser.open();
  const { jobId } = tab.greenroom.make(ask());
  await server.streaming("low-tide");
  await until(() => tab.greenroom.task(SLOT)?.phase === "active");
  return { server, browser, tab, greenroom: tab.greenroom, jobId };
}

/** The same, and it has failed. @param {import("node:test").TestContext} t */
async function failed(t) {
  const parts = await making(t);
  parts.server.fail(parts.jobId);
  await until(() => parts.greenroom.task(SLOT)?.phase === "failed");
  return parts;
}

test("a queued job is canceled at once, a running one when its worker has heard of it", async (t) => {
  const { server, greenroom, tab } = await making(t);
  await greenroom.cancel(SLOT);
  assert.equal(greenroom.task(SLOT)?.phase, "canceled");
  assert.equal(tab.heard("ended").length, 1);
  await greenroom.cancel(SLOT);
  await greenroom.cancel("no/such/slot");

  const { jobId } = greenroom.make(ask());
  await until(() => greenroom.task(SLOT)?.phase === "active");
  server.run(jobId);
  await until(() => greenroom.task(SLOT)?.job?.status === "processing");
  await greenroom.cancel(SLOT);
  assert.deepEqual([greenroom.task(SLOT)?.phase, greenroom.task(SLOT)?.canceling], ["active", true]);
  server.change(jobId, { status: "canceled", stage: null, done: true });
  await until(() => greenroom.task(SLOT)?.phase === "canceled");
});

test("a cancel that comes too late says how it ended instead", async (t) => {
  const { server, greenroom, jobId } = await making(t);
  server.disturb("GET", /events/, { status: 404 }, Infinity);
  server.cutStreams();
  server.succeed(jobId);
  await greenroom.cancel(SLOT);
  assert.equal(greenroom.task(SLOT)?.phase, "succeeded");
});

test("a cancel of a job that is gone is no error", async (t) => {
  const { server, browser, greenroom, jobId } = await making(t);
  server.prune(jobId);
  await greenroom.cancel(SLOT);
  await browser.calm();
  assert.equal(greenroom.task(SLOT)?.phase, "failed");
});

test("a cancel is sent again until it is answered, also after a reload", async (t) => {
  const { server, browser, tab, greenroom } = await making(t);
  server.disturb("POST", CANCEL, { drop: "before" }, Infinity);
  void greenroom.cancel(SLOT);
  await until(() => greenroom.connection.state === "away");
  tab.close();
  server.mend();
  const after = await browser.open();
  await until(() => after.greenroom.task(SLOT)?.phase === "canceled");
});

test("canceled before it was sent: it is never sent", async (t) => {
  const { server, browser } = await stage(t);
  const { greenroom } = await browser.open();
  server.disturb("POST", POST, { status: 429, headers: { "Retry-After": "60" } });
  greenroom.make(ask());
  await until(() => greenroom.connection.trouble !== null);
  await greenroom.cancel(SLOT);
  await until(() => greenroom.task(SLOT)?.phase === "canceled");
  await browser.pass(120_000);
  assert.equal(server.made.length, 0);
});

test("canceled while its answer was lost: the job is looked for, and stopped", async (t) => {
  const { server, browser } = await stage(t);
  const { greenroom } = await browser.open();
  server.disturb("POST", POST, { drop: "after" });
  greenroom.make(ask());
  await until(() => greenroom.connection.state === "away" && server.made.length === 1);
  await greenroom.cancel(SLOT);
  await until(() => greenroom.task(SLOT)?.phase === "canceled");
  assert.equal(server.made[0].status, "canceled");
  assert.equal(server.asked("POST", POST).length, 1);
});

test("another slot's wait is kept when one is canceled", async (t) => {
  const { server, browser } = await stage(t);
  const { greenroom } = await browser.open();
  server.disturb("POST", POST, { status: 429, headers: { "Retry-After": "60" } }, 2);
  greenroom.make(ask());
  greenroom.make(ask({ characterId: "juno" }));
  await browser.calm();
  await greenroom.cancel(SLOT);
  await browser.pass(59_000);
  assert.equal(server.asked("POST", POST).length, 2);
});

test("a failed job is made again as the server knows it, with other words if there are any", async (t) => {
  const { server, tab, greenroom, jobId } = await failed(t);
  const task = greenroom.retry(SLOT, { customPrompt: "with a lantern" });
  assert.deepEqual([task.phase, task.retryOf, task.request.customPrompt], ["sending", jobId, "with a lantern"]);
  assert.equal(greenroom.retry(SLOT), task);
  await until(() => greenroom.task(SLOT)?.phase === "active");
  assert.equal(server.made.length, 2);
  assert.equal(server.made[1].retryOf, jobId);
  assert.deepEqual(
    server.asked("POST", RETRY).map(({ body }) => body),
    [{ customPrompt: "with a lantern" }],
  );
  assert.ok(tab.lines.some((line) => line.endsWith(` · retried · ${jobId.slice(0, 8)}…`)));
});

test("a retry whose answer was lost is looked for before it is sent again", async (t) => {
  const { server, browser, greenroom } = await failed(t);
  server.disturb("POST", RETRY, { drop: "after" });
  greenroom.retry(SLOT);
  await until(() => server.made.length === 2);
  server.fail(server.made[1].jobId);
  await browser.pass(1_000);
  await until(() => greenroom.task(SLOT)?.jobId === server.made[1].jobId);
  assert.equal(server.asked("POST", RETRY).length, 1);
  assert.equal(server.made.length, 2);
});

test("a retry that was left before its answer came is looked for, too", async (t) => {
  const { server, browser, tab, greenroom } = await failed(t);
  server.disturb("POST", RETRY, { drop: "after" });
  greenroom.retry(SLOT);
  await until(() => server.made.length === 2);
  tab.close();
  const after = await browser.open();
  await until(() => after.greenroom.task(SLOT)?.phase === "active");
  assert.equal(server.made.length, 2);
});

test("a retry that was refused can be tried again", async (t) => {
  const { server, greenroom, jobId } = await failed(t);
  server.disturb("POST", RETRY, { status: 422, problem: { error: "Not like this." } });
  greenroom.retry(SLOT);
  await until(() => greenroom.task(SLOT)?.error?.message === "Not like this.");
  greenroom.retry(SLOT);
  await until(() => greenroom.task(SLOT)?.phase === "active");
  assert.equal(server.made[1].retryOf, jobId);
});

test("a job that the server has pruned is made anew from the page's documents", async (t) => {
  const { server, greenroom, jobId } = await failed(t);
  server.prune(jobId);
  greenroom.retry(SLOT, { customPrompt: "again" });
  await until(() => greenroom.task(SLOT)?.phase === "active");
  const [, { body }] = server.asked("POST", POST);
  assert.deepEqual([body.show, body.customPrompt], [documents().show, "again"]);
});

test("a job that succeeded after all is shown instead of being made again", async (t) => {
  const { server, greenroom, jobId } = await failed(t);
  server.jobs.set(jobId, { ...server.jobs.get(jobId), status: "succeeded", error: null });
  greenroom.retry(SLOT);
  await until(() => greenroom.task(SLOT)?.phase === "succeeded");
  assert.equal(server.made.length, 1);
});

test("all failed ones of a show are made again, those that the server never had among them", async (t) => {
  const { server, browser, greenroom } = await failed(t);
  const juno = greenroom.make(ask({ characterId: "juno" }));
  await until(() => server.made.length === 2);
  server.disturb("POST", POST, { status: 422, problem: { error: "No." } });
  greenroom.make(ask({ characterId: "teo" }));
  await until(() => greenroom.task(slotOf("low-tide", "teo", "portrait"))?.phase === "failed");
  const other = greenroom.make(ask({ showId: "night-bus" }));
  await until(() => server.made.length === 3);
  server.fail(juno.jobId);
  server.fail(other.jobId);
  await until(() => greenroom.tasks.every(({ phase }) => phase === "failed"));

  assert.equal(await greenroom.retryAllFailed({ showId: "low-tide" }), 3);
  await browser.calm();
  const phases = Object.fromEntries(
    greenroom.tasks.map(({ characterId, showId, phase }) => [`${showId}/${characterId}`, phase]),
  );
  assert.deepEqual(phases, {
    "low-tide/mira": "active",
    "low-tide/juno": "active",
    "low-tide/teo": "active",
    "night-bus/mira": "failed",
  });
  assert.equal(await greenroom.retryAllFailed(), 1);
  assert.ok(
    server.asked("POST", /retryFailed/).every(({ body }) => body.showId),
    "nobody else's jobs",
  );
});

test("all failed ones again, and the answer is lost: the new jobs are found", async (t) => {
  const { server, browser, greenroom } = await failed(t);
  server.disturb("POST", /retryFailed/, { drop: "after" });
  const retried = greenroom.retryAllFailed({ showId: "low-tide" });
  await until(() => greenroom.connection.state === "away");
  await browser.pass(1_000);
  await retried;
  assert.equal(greenroom.task(SLOT)?.phase, "active");
  assert.equal(server.made.length, 2);
});

test("ended tasks are cleared, active ones are not", async (t) => {
  const { server, tab, greenroom } = await failed(t);
  greenroom.make(ask({ characterId: "juno" }));
  greenroom.clearEnded();
  assert.deepEqual(
    greenroom.tasks.map(({ characterId }) => characterId),
    ["juno"],
  );
  assert.equal(
    tab.heard("task").some(({ task }) => task.phase === "cleared"),
    true,
  );
  greenroom.clear(slotOf("low-tide", "juno", "portrait"));
  assert.equal(greenroom.tasks.length, 1);
  await until(() => server.made.length === 2);
});
