/** Asking for something: once, whatever is lost on the way. */

import assert from "node:assert/strict";
import { test } from "node:test";
import { slotOf } from "../src/index.js";
import { ask, documents } from "./support/browser.js";
import { until } from "./support/clock.js";
import { stage } from "./support/stage.js";

const SLOT = slotOf("low-tide", "mira", "portrait");
const POST = /^\/v1\/jobs\/portrait$/;

test("a task is there at once, is sent, goes on and ends", async (t) => {
  const { server, browser } = await stage(t);
  const tab = await browser.open();
  const { greenroom } = tab;
  const task = greenroom.make(ask({ body: { ...documents(), customPrompt: "Mira at the pier" } }));
  assert.equal(task.phase, "sending");
  assert.equal(greenroom.task(SLOT), task);
  assert.deepEqual(task.request, { customPrompt: "Mira at the pier" });

  await until(() => greenroom.task(SLOT)?.phase === "active");
  const [{ body }] = server.asked("POST", POST);
  assert.equal(body.jobId, task.jobId);
  assert.deepEqual([body.showId, body.characterId], ["low-tide", "mira"]);
  assert.deepEqual(body.metadata, { showTitle: "Low Tide Hotel" });

  await server.streaming("low-tide");
  server.run(task.jobId, 40);
  await until(() => greenroom.task(SLOT)?.job?.progress === 40);
  server.succeed(task.jobId);
  await until(() => greenroom.task(SLOT)?.phase === "succeeded");
  const ended = tab.heard("ended");
  assert.deepEqual(
    ended.map(({ job }) => job.outputUrl),
    [`${server.origin}/media/${task.jobId}.png`],
  );
  const id = `${task.jobId.slice(0, 8)}…`;
  assert.deepEqual(
    tab.lines,
    ["started", "starting", "processing", "completed"].map(
      (what) => `[greenroom] Mira Okonjo · portrait · ${what} · ${id}`,
    ),
  );
});

test("what a listener is given is frozen, and says what it was", async (t) => {
  const { server, browser } = await stage(t);
  const { greenroom, ...tab } = await browser.open();
  greenroom.make(ask());
  await until(() => greenroom.task(SLOT)?.phase === "active");
  const [first, second] = tab.events.filter(({ type }) => type === "task").map(({ detail }) => detail);
  assert.equal(first.was, null);
  assert.equal(second.was, first.task);
  assert.ok(Object.isFrozen(first.task) && Object.isFrozen(second.task));
  assert.equal(server.made.length, 1);
});

test("a double click makes one job, and says so", async (t) => {
  const { server, browser } = await stage(t);
  const tab = await browser.open();
  const first = tab.greenroom.make(ask());
  assert.equal(tab.greenroom.make(ask()), first);
  await until(() => tab.greenroom.task(SLOT)?.phase === "active");
  assert.equal(tab.greenroom.make(ask()).jobId, first.jobId);
  await browser.calm();
  assert.equal(server.asked("POST", POST).length, 1);
  assert.equal(tab.lines.filter((line) => line.includes("skipped (duplicate)")).length, 2);
});

test("the clip of a character is made beside its portrait", async (t) => {
  const { server, browser } = await stage(t);
  const { greenroom } = await browser.open();
  greenroom.make(ask());
  greenroom.make(ask({ kind: "video" }));
  await until(() => server.made.length === 2);
  assert.equal(greenroom.tasks.length, 2);
});

test("an answer that is lost is asked for again under the same jobId", async (t) => {
  const { server, browser } = await stage(t);
  const { greenroom } = await browser.open();
  server.disturb("POST", POST, { drop: "after" });
  const { jobId } = greenroom.make(ask());
  await until(() => greenroom.connection.state === "away");
  assert.equal(greenroom.connection.trouble, "The server does not answer.");
  await browser.pass(1_000);
  assert.equal(greenroom.task(SLOT)?.phase, "active");
  assert.deepEqual(
    server.asked("POST", POST).map(({ body }) => body.jobId),
    [jobId, jobId],
  );
  assert.equal(server.made.length, 1);
  assert.equal(greenroom.connection.trouble, null);
});

test("left before the answer came: the job is asked for, and not sent again when it is there", async (t) => {
  const { server, browser } = await stage(t);
  const before = await browser.open();
  server.disturb("POST", POST, { drop: "after" });
  const { jobId } = before.greenroom.make(ask());
  await until(() => server.made.length === 1 && before.greenroom.connection.state === "away");
  before.close();

  const after = await browser.open();
  await until(() => after.greenroom.task(SLOT)?.phase === "active");
  assert.equal(after.greenroom.task(SLOT)?.jobId, jobId);
  assert.equal(server.asked("POST", POST).length, 1);
  assert.ok(after.lines[0].includes("resumed"));
});

test("left before it was sent: it is sent with the documents as they are, and the chosen words", async (t) => {
  const { server, browser } = await stage(t);
  const before = await browser.open();
  server.disturb("POST", POST, { drop: "before" });
  const { jobId } = before.greenroom.make(ask({ body: { ...documents(), customPrompt: "by lamplight" } }));
  await until(() => before.greenroom.connection.state === "away");
  before.close();

  /** @type {import("../src/types.js").Task[]} */
  const asked = [];
  const bodyOf = (/** @type {import("../src/types.js").Task} */ task) => (asked.push(task), documents());
  const { greenroom } = await browser.open({ bodyOf });
  await until(() => greenroom.task(SLOT)?.phase === "active");
  assert.deepEqual(
    asked.map(({ slot }) => slot),
    [SLOT],
  );
  const { body } = /** @type {any} */ (server.asked("POST", POST).at(-1));
  assert.deepEqual([body.jobId, body.customPrompt, body.show], [jobId, "by lamplight", documents().show]);
  assert.equal(server.made.length, 1);
});

test("left before it was sent, and the documents are gone: it says what to do", async (t) => {
  const { server, browser } = await stage(t);
  const before = await browser.open();
  server.disturb("POST", POST, { drop: "before" });
  before.greenroom.make(ask());
  await until(() => before.greenroom.connection.state === "away");
  before.close();
  const bodyOf = () => Promise.reject(new Error("no such show"));
  const { greenroom } = await browser.open({ bodyOf });
  await until(() => greenroom.task(SLOT)?.phase === "failed");
  assert.match(String(greenroom.task(SLOT)?.error?.message), /make it anew/);
  assert.equal(server.made.length, 0);
});

test("documents that changed since: the job that is there already is taken", async (t) => {
  const { server, browser } = await stage(t);
  const { greenroom } = await browser.open();
  server.disturb("POST", POST, { status: 409, problem: { code: "job_id_conflict", error: "Used." } });
  const { jobId } = greenroom.make(ask());
  server.jobs.set(jobId, {
    jobId,
    kind: "portrait",
    status: "processing",
    done: false,
    updatedAt: "2026-11-24T09:00:00Z",
  });
  await until(() => greenroom.task(SLOT)?.phase === "active");
  assert.equal(server.asked("POST", POST).length, 1);
});

test("a job that runs already elsewhere is followed under its own jobId", async (t) => {
  const { server, browser } = await stage(t);
  const elsewhere = await browser.open({ storage: undefined });
  elsewhere.greenroom.make(ask());
  await until(() => elsewhere.greenroom.task(SLOT)?.phase === "active");
  const [running] = server.made;
  browser.storage.entries.clear();

  const tab = await browser.open();
  const { jobId } = tab.greenroom.make(ask());
  await until(() => tab.greenroom.task(SLOT)?.phase === "active");
  assert.notEqual(jobId, running.jobId);
  assert.equal(tab.greenroom.task(SLOT)?.jobId, running.jobId);
  assert.match(String(tab.greenroom.task(SLOT)?.note), /already being made elsewhere/);
  server.succeed(running.jobId);
  await until(() => tab.greenroom.task(SLOT)?.phase === "succeeded");
});

test("the end of an adopted job that came before its jobId was known is not missed", async (t) => {
  const { server, browser } = await stage(t);
  const other = await browser.open({ storage: undefined });
  other.greenroom.make(ask());
  await until(() => server.made.length === 1);
  const [running] = server.made;
  const asItWas = structuredClone(running);
  browser.storage.entries.clear();
  server.succeed(running.jobId);

  const { greenroom } = await browser.open();
  server.disturb("POST", POST, { status: 202, raw: JSON.stringify(asItWas) });
  greenroom.make(ask());
  await until(() => greenroom.task(SLOT)?.phase === "succeeded");
});

test("a refusal ends the task with the server's own sentence", async (t) => {
  const { server, browser } = await stage(t);
  const { greenroom } = await browser.open();
  server.disturb("POST", POST, {
    status: 422,
    problem: { code: "invalid_request", error: "imageModel must be one of these." },
  });
  greenroom.make(ask());
  await until(() => greenroom.task(SLOT)?.phase === "failed");
  assert.deepEqual(greenroom.task(SLOT)?.error, {
    code: "invalid_request",
    message: "imageModel must be one of these.",
    retryable: false,
  });
  assert.equal(greenroom.connection.trouble, null);
});

test("a submit that broke the server is not repeated, and is followed if it was accepted", async (t) => {
  const { server, browser } = await stage(t);
  const { greenroom } = await browser.open();
  server.disturb("POST", POST, { status: 500 });
  greenroom.make(ask());
  await until(() => greenroom.task(SLOT)?.phase === "failed");
  assert.equal(server.asked("POST", POST).length, 1);

  greenroom.clear(SLOT);
  server.disturb("POST", POST, { status: 500 });
  const { jobId } = greenroom.make(ask());
  server.jobs.set(jobId, {
    jobId,
    kind: "portrait",
    status: "processing",
    done: false,
    updatedAt: "2026-11-24T09:00:00Z",
  });
  await until(() => greenroom.task(SLOT)?.phase === "active");
});

test("429 and 503 are waited out for as long as the server says", async (t) => {
  const { server, browser } = await stage(t);
  const { greenroom } = await browser.open();
  server.disturb("POST", POST, {
    status: 429,
    headers: { "Retry-After": "20" },
    problem: { error: "Too many at once." },
  });
  const date = new Date("2026-11-24T12:00:00Z").toUTCString();
  const later = new Date("2026-11-24T12:00:30Z").toUTCString();
  server.disturb("POST", POST, { status: 503, headers: { "Retry-After": later, Date: date } });
  greenroom.make(ask());
  await until(() => greenroom.connection.trouble === "Too many at once.");
  await browser.pass(19_999);
  assert.equal(server.asked("POST", POST).length, 1);
  await browser.pass(1_000);
  assert.equal(server.asked("POST", POST).length, 2);
  await browser.pass(29_999);
  assert.equal(server.asked("POST", POST).length, 2, "an hour by the server's clock is told by the server's clock");
  await browser.pass(1_000);
  assert.equal(greenroom.task(SLOT)?.phase, "active");
});

test("without an hour to wait for, the pauses grow to ten seconds and no further", async (t) => {
  const { server, browser } = await stage(t);
  const { greenroom } = await browser.open();
  server.disturb("POST", POST, { status: 503 }, Infinity);
  greenroom.make(ask());
  await browser.pass(60_000);
  const count = server.asked("POST", POST).length;
  assert.ok(count >= 8 && count <= 12, `${count} in a minute`);
});

test("a new key lets everything go on that was refused", async (t) => {
  const { server, browser } = await stage(t);
  server.key = "right";
  const tab = await browser.open({ key: "wrong" });
  const { greenroom } = tab;
  greenroom.make(ask());
  await until(() => greenroom.connection.state === "away");
  await browser.pass(600_000);
  assert.equal(server.asked("POST", POST).length, 1, "a key is not tried twice");
  assert.equal(tab.heard("unauthorized").length, 1);
  greenroom.key = "right";
  await until(() => greenroom.task(SLOT)?.phase === "active");

  server.key = "newer";
  server.cutStreams();
  await until(() => tab.heard("unauthorized").length === 2);
  greenroom.key = "newer";
  await browser.calm();
  server.succeed(String(greenroom.task(SLOT)?.jobId));
  await until(() => greenroom.task(SLOT)?.phase === "succeeded");
});
