/** Several tabs: one job, one stream, one mind. */

import assert from "node:assert/strict";
import { test } from "node:test";
import { slotOf } from "../src/index.js";
import { ask } from "./support/browser.js";
import { until } from "./support/clock.js";
import { stage } from "./support/stage.js";

const SLOT = slotOf("low-tide", "mira", "portrait");
const POST = /^\/v1\/jobs\/portrait$/;
const STREAM = /^\/v1\/events/;

/** Tabs of which the first has asked for a portrait, and has the stream. @param {import("node:test").TestContext} t */
async function tabs(t, count = 2, { hasLocks = true } = {}) {
  const { server, browser } = await stage(t);
  browser.hasLocks = hasLocks;
  const opened = [];
  for (let index = 0; index < count; index += 1) opened.push(await browser.open());
  const [first, ...others] = opened;
  const { jobId } = first.greenroom.make(ask());
  await server.streaming("low-tide");
  await browser.calm();
  return { server, browser, first, others, jobId };
}

test("what one tab asks for, the others show, down to its end; each tells the end once", async (t) => {
  const { server, first, others, jobId } = await tabs(t, 3);
  for (const { greenroom } of others) assert.equal(greenroom.task(SLOT)?.jobId, jobId);
  server.run(jobId, 30);
  await until(() => others.every(({ greenroom }) => greenroom.task(SLOT)?.job?.progress === 30));
  server.succeed(jobId);
  const all = [first, ...others];
  await until(() => all.every(({ greenroom }) => greenroom.task(SLOT)?.phase === "succeeded"));
  for (const tab of all) assert.equal(tab.heard("ended").length, 1);
});

test("six tabs keep one stream, and ask nothing twice", async (t) => {
  const { server, browser } = await tabs(t, 6);
  assert.equal(server.streams.size, 1);
  assert.equal(server.asked("GET", STREAM).length, 1);
  const before = server.calls.length;
  await browser.pass(10_000);
  assert.equal(server.calls.length, before + 1, "one question about the queue");
});

test("two tabs asked at the same moment make one job", async (t) => {
  const { server, browser } = await stage(t);
  const [one, other] = [await browser.open(), await browser.open()];
  one.greenroom.make(ask());
  const task = other.greenroom.make(ask());
  assert.equal(task.jobId, one.greenroom.task(SLOT)?.jobId, "it read the storage before it asked");
  await until(() => other.greenroom.task(SLOT)?.phase === "active");
  await browser.calm();
  assert.equal(server.asked("POST", POST).length, 1);
  assert.ok(other.lines.some((line) => line.includes("skipped (duplicate)")));
});

test("two tabs that could not see each other in time agree on the one job there is", async (t) => {
  const { server, browser } = await stage(t);
  const [one, other] = [await browser.open(), await browser.open()];
  one.greenroom.make(ask());
  browser.storage.entries.clear();
  browser.clock.wall += 1;
  other.greenroom.make(ask());
  await until(() => [one, other].every(({ greenroom }) => greenroom.task(SLOT)?.phase === "active"));
  await browser.calm();
  assert.equal(server.made.length, 1);
  assert.equal(one.greenroom.task(SLOT)?.jobId, other.greenroom.task(SLOT)?.jobId);
});

test("a tab that is closed before its wish was answered: another one sends it, under the same jobId", async (t) => {
  const { server, browser } = await stage(t);
  const [one, other] = [await browser.open(), await browser.open()];
  server.disturb("POST", POST, { drop: "before" }, Infinity);
  const { jobId } = one.greenroom.make(ask());
  await until(() => one.greenroom.connection.state === "away" && other.greenroom.task(SLOT)?.phase === "sending");
  await browser.pass(30_000);
  assert.equal(server.calls.length, server.asked("POST", POST).length, "the other waits its turn");
  one.close();
  server.mend();
  await until(() => other.greenroom.task(SLOT)?.phase === "active");
  assert.equal(other.greenroom.task(SLOT)?.jobId, jobId);
  assert.deepEqual(
    server.made.map((job) => job.jobId),
    [jobId],
  );
});

test("the same where there are no locks, after a while", async (t) => {
  const { server, browser } = await stage(t);
  browser.hasLocks = false;
  const [one, other] = [await browser.open(), await browser.open()];
  server.disturb("POST", POST, { drop: "before" });
  const { jobId } = one.greenroom.make(ask());
  await until(() => one.greenroom.connection.state === "away" && other.greenroom.task(SLOT)?.phase === "sending");
  one.close();
  await browser.pass(20_000);
  await until(() => other.greenroom.task(SLOT)?.phase === "active");
  assert.deepEqual(
    server.made.map((job) => job.jobId),
    [jobId],
  );
});

test("an adopted job is adopted by all tabs, and nothing is sent again", async (t) => {
  const { server, browser } = await stage(t);
  const elsewhere = await browser.open();
  elsewhere.greenroom.make(ask());
  await until(() => server.made.length === 1);
  elsewhere.close();
  browser.storage.entries.clear();

  const [one, other] = [await browser.open(), await browser.open()];
  one.greenroom.make(ask());
  await until(() => [one, other].every(({ greenroom }) => greenroom.task(SLOT)?.jobId === server.made[0].jobId));
  await browser.calm();
  assert.equal(server.asked("POST", POST).length, 2);
});

test("when the tab with the stream is closed, another takes over at once, from the last event it saw", async (t) => {
  const { server, browser, first, others, jobId } = await tabs(t);
  const [other] = others;
  other.greenroom.watchAll();
  server.run(jobId, 30);
  await until(() => other.greenroom.task(SLOT)?.job?.progress === 30);
  const seen = server.log.length;
  first.close();
  server.change("foreign", { jobId: "foreign", showId: "low-tide", status: "processing" });
  await until(() => server.streams.size === 1 && server.asked("GET", STREAM).length > 1);
  assert.equal(server.asked("GET", STREAM)[1].headers["last-event-id"], String(seen));
  await until(() => other.heard("job").some(({ job }) => job.jobId === "foreign"));
  server.succeed(jobId);
  await until(() => other.greenroom.task(SLOT)?.phase === "succeeded");
  assert.ok(browser.tabs.length === 1);
});

test("a leader that is frozen with a word gives way at once", async (t) => {
  const { server, first, others, jobId } = await tabs(t);
  first.freeze(true);
  await until(() => server.asked("GET", STREAM).length === 2);
  server.succeed(jobId);
  await until(() => others[0].greenroom.task(SLOT)?.phase === "succeeded");
});

test("a leader frozen without a word is replaced within three seconds, and misses nothing once it wakes", async (t) => {
  const { server, browser, first, others, jobId } = await tabs(t);
  const [other] = others;
  await browser.pass(2_000);
  assert.equal(server.asked("GET", STREAM).length, 1, "one that answers is left in peace");
  first.freeze();
  await browser.pass(2_800);
  await until(() => server.asked("GET", STREAM).length === 2);
  server.succeed(jobId);
  await until(() => other.greenroom.task(SLOT)?.phase === "succeeded");

  first.isFrozen = false;
  first.fire("storage", {
    key: [...browser.storage.entries.keys()][0],
    newValue: [...browser.storage.entries.values()][0],
  });
  await until(() => first.greenroom.task(SLOT)?.phase === "succeeded");
});

test("a follower that nobody looks at takes the lead from nobody", async (t) => {
  const { server, browser, first, others } = await tabs(t);
  others[0].show(false);
  first.freeze();
  await browser.pass(10_000);
  assert.equal(server.asked("GET", STREAM).length, 1);
});

test("a frozen tab that wakes asks what happened", async (t) => {
  const { server, browser, first, others, jobId } = await tabs(t);
  others[0].freeze();
  server.run(jobId, 55);
  await until(() => first.greenroom.task(SLOT)?.job?.progress === 55);
  others[0].isFrozen = false;
  others[0].fire("resume");
  await browser.pass(800);
  await until(() => others[0].greenroom.task(SLOT)?.job?.progress === 55);
});

test("a follower that watches all widens the stream, and all get to know whether it is live", async (t) => {
  const { server, browser, others } = await tabs(t);
  const stop = others[0].greenroom.watchAll();
  await browser.pass(800);
  await server.streaming(null);
  server.change("foreign", { jobId: "foreign", showId: "elsewhere", status: "processing" });
  await until(() => others[0].heard("job").some(({ job }) => job.jobId === "foreign"));
  server.disturb("GET", STREAM, { status: 404 }, Infinity);
  server.cutStreams();
  await until(() => others[0].greenroom.connection.state === "polling");
  stop();
});

test("a task is canceled from whichever tab, also while another is sending it", async (t) => {
  const { server, browser } = await stage(t);
  const [one, other] = [await browser.open(), await browser.open()];
  server.disturb("POST", POST, { drop: "after" });
  one.greenroom.make(ask());
  await until(() => one.greenroom.connection.state === "away" && other.greenroom.task(SLOT) !== null);
  await other.greenroom.cancel(SLOT);
  await until(() => server.made[0].status === "canceled");
  await browser.pass(10_000);
  await until(() => [one, other].every(({ greenroom }) => greenroom.task(SLOT)?.phase === "canceled"));
  assert.equal(server.asked("POST", POST).length, 1);
});

test("what one tab clears is gone in all", async (t) => {
  const { server, first, others, jobId } = await tabs(t);
  server.succeed(jobId);
  await until(() => others[0].greenroom.task(SLOT)?.phase === "succeeded");
  others[0].greenroom.clear(SLOT);
  await until(() => first.greenroom.task(SLOT) === null);
  assert.equal(first.heard("task").at(-1).task.phase, "cleared");
});

test("where there are no locks each tab has a stream of its own, and still they make one job", async (t) => {
  const { server, browser, others, jobId } = await tabs(t, 2, { hasLocks: false });
  await until(() => server.streams.size === 2);
  others[0].greenroom.make(ask());
  await browser.calm();
  assert.equal(server.made.length, 1);
  server.succeed(jobId);
  await until(() => others[0].greenroom.task(SLOT)?.phase === "succeeded");
});

test("when the storage is full, a tab goes on by itself", async (t) => {
  const { server, browser, others } = await tabs(t);
  browser.storage.isFull = true;
  const { jobId } = others[0].greenroom.make(ask({ characterId: "juno" }));
  await until(() => server.streams.size === 2 && server.jobs.has(jobId));
  await browser.calm();
  server.succeed(jobId);
  const slot = slotOf("low-tide", "juno", "portrait");
  await until(() => others[0].greenroom.task(slot)?.phase === "succeeded");
  assert.ok(browser.tabs.length === 2);
});
