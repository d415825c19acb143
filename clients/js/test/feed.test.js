/** News: by one stream, without gaps; and by asking where there is none. */

import assert from "node:assert/strict";
import { test } from "node:test";
import { slotOf } from "../src/index.js";
import { ask } from "./support/browser.js";
import { until } from "./support/clock.js";
import { stage } from "./support/stage.js";

const SLOT = slotOf("low-tide", "mira", "portrait");
const STREAM = /^\/v1\/events/;
const LIST = /^\/v1\/jobs\?/;

/** A tab whose portrait is being made. @param {import("node:test").TestContext} t */
async function making(t, { hasLocks = true } = {}) {
  const { server, browser } = await stage(t);
  browser.hasLocks = hasLocks;
  const tab = await browser.open();
  const { jobId } = tab.greenroom.make(ask());
  await until(() => tab.greenroom.task(SLOT)?.phase === "active");
  return { server, browser, tab, jobId, ...tab };
}

/** The ids that were asked for together. @param {import("./support/server.js").Server} server */
function idsAsked(server) {
  return server.asked("GET", LIST).map(({ url }) => new URL(url, server.origin).searchParams.get("ids"));
}

test("one stream, of the one show that something runs in", async (t) => {
  const { server, browser, greenroom, jobId } = await making(t);
  await server.streaming("low-tide");
  greenroom.make(ask({ characterId: "juno" }));
  await until(() => server.made.length === 2);
  await browser.calm();
  assert.equal(server.streams.size, 1);
  assert.equal(server.asked("GET", STREAM).length, 1);
  server.run(jobId);
  await until(() => greenroom.task(SLOT)?.job?.status === "processing");
  assert.deepEqual(greenroom.connection, { state: "live", trouble: null });
});

test("when something runs in another show too, one stream tells of all, and nothing is missed between", async (t) => {
  const { server, greenroom, jobId } = await making(t);
  await server.streaming("low-tide");
  const other = greenroom.make(ask({ showId: "night-bus" }));
  await server.streaming(null);
  assert.equal(server.streams.size, 1);
  server.succeed(jobId);
  server.succeed(other.jobId);
  await until(() => greenroom.tasks.every(({ phase }) => phase === "succeeded"));
});

test("when nothing is active any more, the stream is closed and nothing is asked", async (t) => {
  const { server, browser, greenroom, jobId } = await making(t);
  await server.streaming("low-tide");
  server.succeed(jobId);
  await until(() => greenroom.task(SLOT)?.phase === "succeeded");
  await browser.pass(6_000);
  await until(() => server.streams.size === 0);
  const { length } = server.calls;
  await browser.pass(3_600_000);
  assert.equal(server.calls.length, length);
  assert.equal(browser.clock.pending, 0, "and no timer goes on");
});

test("nothing is asked while there is a stream, but for those that wait in the queue", async (t) => {
  const { server, browser, greenroom, jobId } = await making(t);
  await server.streaming("low-tide");
  await browser.calm();
  const before = idsAsked(server).length;
  server.jobs.get(jobId).queuePosition = 4;
  await browser.pass(10_000);
  assert.equal(idsAsked(server).length, before + 1);
  assert.equal(greenroom.task(SLOT)?.job?.queuePosition, 4);
  server.run(jobId);
  await until(() => greenroom.task(SLOT)?.job?.status === "processing");
  await browser.pass(30_000);
  assert.equal(idsAsked(server).length, before + 1);
});

test("a stream that is cut resumes after the last event, and what happened meanwhile is told", async (t) => {
  const { server, browser, tab, greenroom, jobId } = await making(t);
  const stop = greenroom.watchAll();
  await server.streaming(null);
  server.run(jobId);
  await until(() => greenroom.task(SLOT)?.job?.status === "processing");
  const seen = server.log.length;
  server.cutStreams();
  server.change("foreign", { jobId: "foreign", showId: "elsewhere", status: "processing" });
  server.succeed(jobId);
  await until(() => greenroom.task(SLOT)?.phase === "succeeded");
  await browser.pass(3_000);
  await server.streaming(null);
  assert.equal(server.asked("GET", STREAM).at(-1)?.headers["last-event-id"], String(seen));
  await until(() => tab.heard("job").some(({ job }) => job.jobId === "foreign"));
  assert.equal(tab.heard("ended").length, 1);
  stop();
});

test("an id that comes without an event is resumed after, too", async (t) => {
  const { server, browser, greenroom } = await making(t);
  await server.streaming("low-tide");
  for (const { response } of server.streams) response.write(": keep-alive\nid: 77\n\n");
  await browser.pass(1_000);
  server.cutStreams();
  await browser.pass(3_000);
  await server.streaming("low-tide");
  assert.equal(server.asked("GET", STREAM).at(-1)?.headers["last-event-id"], "77");
  assert.equal(greenroom.task(SLOT)?.phase, "active");
});

test("a stream that has fallen silent is given up for another", async (t) => {
  const { server, browser } = await making(t);
  await server.streaming("low-tide");
  const [stream] = server.streams;
  await browser.pass(39_000);
  assert.equal(server.streams.has(stream), true);
  await browser.pass(4_000);
  await until(() => !server.streams.has(stream));
  await browser.pass(3_000);
  await server.streaming("low-tide");
});

for (const [what, fault] of Object.entries({
  "refused by a proxy": { status: 404 },
  "answered with something else": { status: 200, headers: { "Content-Type": "text/html" }, raw: "<p>Welcome" },
  "answered with 204": { status: 204 },
  "broken at once": { drop: /** @type {const} */ ("before") },
})) {
  test(`a stream that is ${what}: asked every three seconds, and nothing else changes`, async (t) => {
    const { server, browser } = await stage(t);
    server.disturb("GET", STREAM, fault, Infinity);
    const tab = await browser.open();
    const { jobId } = tab.greenroom.make(ask());
    await until(() => tab.greenroom.connection.state === "polling");
    await browser.calm();
    const before = idsAsked(server).length;
    await browser.pass(30_000);
    assert.ok(Math.abs(idsAsked(server).length - before - 10) <= 1);
    server.succeed(jobId);
    await browser.pass(3_000);
    assert.equal(tab.greenroom.task(SLOT)?.phase, "succeeded");
    assert.equal(tab.heard("ended").length, 1);
    assert.deepEqual(tab.greenroom.connection, { state: "polling", trouble: null });
  });
}

test("streams that cannot be had are tried now and then, and taken when they can", async (t) => {
  const { server, browser, greenroom } = await making(t);
  await server.streaming("low-tide");
  server.disturb("GET", STREAM, { status: 404 }, Infinity);
  server.cutStreams();
  await until(() => greenroom.connection.state === "polling");
  const before = server.asked("GET", STREAM).length;
  await browser.pass(600_000);
  const tries = server.asked("GET", STREAM).length - before;
  assert.ok(tries >= 8 && tries <= 16, `${tries} in ten minutes`);
  server.mend();
  await browser.pass(60_000);
  await server.streaming("low-tide");
  await until(() => greenroom.connection.state === "live");
});

test("a proxy that holds streams back is found out, and asked past", async (t) => {
  const { server, browser } = await stage(t);
  const held = server.streams;
  const tab = await browser.open({
    fetch: (input, init) =>
      String(input).includes("/v1/events")
        ? new Promise((_, reject) => init?.signal?.addEventListener("abort", () => reject(init.signal?.reason)))
        : fetch(input, init),
  });
  const { jobId } = tab.greenroom.make(ask());
  await until(() => tab.greenroom.task(SLOT)?.phase === "active");
  await browser.pass(10_000);
  await until(() => tab.greenroom.connection.state === "polling");
  server.succeed(jobId);
  await browser.pass(3_000);
  await until(() => tab.greenroom.task(SLOT)?.phase === "succeeded");
  assert.equal(held.size, 0);
});

test("too many listen: the stream is tried again when the server said, not before", async (t) => {
  const { server, browser } = await stage(t);
  server.disturb("GET", STREAM, { status: 503, headers: { "Retry-After": "30" }, problem: { error: "Too many." } });
  const tab = await browser.open();
  tab.greenroom.make(ask());
  await until(() => tab.greenroom.connection.state === "polling");
  await browser.pass(29_000);
  assert.equal(server.asked("GET", STREAM).length, 1);
  await browser.pass(2_000);
  await server.streaming("low-tide");
});

test("one question for all, at most a hundred at a time, however many ask", async (t) => {
  const { server, browser } = await stage(t);
  server.disturb("GET", STREAM, { status: 404 }, Infinity);
  const { greenroom } = await browser.open();
  for (let index = 0; index < 120; index += 1) greenroom.make(ask({ characterId: `c${index}` }));
  await until(() => greenroom.tasks.every(({ phase }) => phase === "active"));
  await browser.pass(3_000);
  const before = idsAsked(server).length;
  await browser.pass(3_000);
  const asked = idsAsked(server)
    .slice(before)
    .map((ids) => String(ids).split(","));
  assert.deepEqual(
    asked.map(({ length }) => length),
    [100, 20],
  );
  assert.equal(new Set(asked.flat()).size, 120, "each once");
});

test("a job that the server has pruned ends as lost, with a sentence", async (t) => {
  for (const forget of ["prune", "delete"]) {
    const { server, browser, tab, greenroom, jobId } = await making(t);
    await server.streaming("low-tide");
    await browser.calm();
    if (forget === "prune") server.prune(jobId);
    else server.jobs.delete(jobId);
    await browser.pass(70_000);
    assert.equal(greenroom.task(SLOT)?.phase, "failed");
    assert.equal(greenroom.task(SLOT)?.error?.code, "job_gone");
    assert.equal(tab.heard("ended").length, 0);
  }
});

test("a job that the list does not have yet is asked for by itself", async (t) => {
  const { server, browser, greenroom } = await making(t);
  await server.streaming("low-tide");
  server.disturb("GET", LIST, { status: 200, raw: '{"jobs": [], "nextCursor": null}' });
  await browser.pass(10_000);
  assert.equal(server.asked("GET", /^\/v1\/jobs\/[^?]+$/).length, 1);
  assert.equal(greenroom.task(SLOT)?.phase, "active");
});

test("a view that is older than what is known changes nothing", async (t) => {
  const { server, browser, greenroom, jobId } = await making(t);
  await server.streaming("low-tide");
  const old = structuredClone(server.jobs.get(jobId));
  server.run(jobId, 60);
  await until(() => greenroom.task(SLOT)?.job?.progress === 60);
  for (const { response } of server.streams) response.write(`event: job\ndata: ${JSON.stringify(old)}\n\n`);
  await browser.pass(1_000);
  assert.equal(greenroom.task(SLOT)?.job?.progress, 60);
  assert.equal(greenroom.task(SLOT)?.job?.status, "processing");
});

test("where there are no locks, a tab that nobody looks at closes its stream and asks instead", async (t) => {
  const { server, browser, tab, greenroom, jobId } = await making(t, { hasLocks: false });
  await server.streaming("low-tide");
  server.run(jobId);
  await until(() => greenroom.task(SLOT)?.job?.status === "processing");
  tab.show(false);
  await browser.pass(6_000);
  await until(() => server.streams.size === 0);
  server.run(jobId, 70);
  await browser.pass(10_000);
  assert.equal(greenroom.task(SLOT)?.job?.progress, 70);
  tab.show(true);
  await server.streaming("low-tide");
});
