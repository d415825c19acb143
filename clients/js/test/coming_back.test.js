/** Coming back: what is kept, for how long, and what the server still knows. */

import assert from "node:assert/strict";
import { test } from "node:test";
import { slotOf } from "../src/index.js";
import { ask } from "./support/browser.js";
import { until } from "./support/clock.js";
import { stage } from "./support/stage.js";

const SLOT = slotOf("low-tide", "mira", "portrait");
const POST = /^\/v1\/jobs\/portrait$/;
const KEY = /^greenroom.*task\/low-tide\/mira\/portrait$/;
const MINUTE = 60_000;

/** A tab that has asked for a portrait, and was closed. @param {import("node:test").TestContext} t */
async function left(t) {
  const { server, browser } = await stage(t);
  const tab = await browser.open();
  const { jobId } = tab.greenroom.make(ask());
  await until(() => tab.greenroom.task(SLOT)?.phase === "active");
  tab.close();
  return { server, browser, jobId };
}

test("a running job is there at once, and is followed to its end", async (t) => {
  const { server, browser, jobId } = await left(t);
  const tab = await browser.open();
  assert.equal(tab.greenroom.task(SLOT)?.phase, "active");
  assert.match(tab.lines[0], /Mira Okonjo · portrait · resumed/);
  await server.streaming("low-tide");
  server.succeed(jobId);
  await until(() => tab.greenroom.task(SLOT)?.phase === "succeeded");
  assert.equal(server.asked("POST", POST).length, 1);
});

test("what ended meanwhile is told, once", async (t) => {
  const { server, browser, jobId } = await left(t);
  server.fail(jobId);
  const tab = await browser.open();
  await until(() => tab.greenroom.task(SLOT)?.phase === "failed");
  assert.equal(tab.greenroom.task(SLOT)?.error?.message, "The provider gave up.");
  await tab.greenroom.recover("low-tide");
  assert.equal(tab.heard("ended").length, 1);
});

for (const [phase, minutes] of /** @type {const} */ ([
  ["active", 30],
  ["ended", 10],
])) {
  test(`${phase} ones are kept for ${minutes} minutes to the second`, async (t) => {
    for (const [seconds, kept] of /** @type {const} */ ([
      [-1, 1],
      [1, 0],
    ])) {
      const { server, browser, jobId } = await left(t);
      if (phase === "ended") {
        const tab = await browser.open();
        server.succeed(jobId);
        await until(() => tab.greenroom.task(SLOT)?.phase === "succeeded");
        tab.close();
      }
      browser.clock.wall += minutes * MINUTE + seconds * 1_000;
      assert.equal((await browser.open()).greenroom.tasks.length, kept, `${minutes} min ${seconds} s`);
      assert.equal([...browser.storage.entries.keys()].filter((key) => KEY.test(key)).length, kept);
    }
  });
}

test("an ended task is cleared after ten minutes on an open page, too", async (t) => {
  const { server, browser, jobId } = await left(t);
  const tab = await browser.open();
  server.succeed(jobId);
  await until(() => tab.greenroom.task(SLOT)?.phase === "succeeded");
  await browser.pass(9 * MINUTE);
  assert.equal(tab.greenroom.tasks.length, 1);
  await browser.pass(2 * MINUTE);
  assert.equal(tab.greenroom.tasks.length, 0);
});

test("an entry that cannot be read is dropped, with a line, and the others are kept", async (t) => {
  const { browser } = await left(t);
  const [key, whole] = [...browser.storage.entries].find(([name]) => KEY.test(name)) ?? ["", ""];
  const { task } = JSON.parse(whole);
  const broken = [
    "{",
    "null",
    "7",
    JSON.stringify({ at: 1 }),
    JSON.stringify({ at: 1, task: { ...task, phase: "lost" } }),
    whole,
  ];
  broken.forEach((text, index) => browser.storage.entries.set(key.replace("mira", `c${index}`), text));
  const tab = await browser.open();
  assert.deepEqual(
    tab.greenroom.tasks.map(({ slot }) => slot),
    [SLOT],
  );
  assert.equal(tab.lines.filter((line) => line.includes("cannot be read")).length, broken.length);
  assert.equal([...browser.storage.entries.keys()].length, 1);
});

test("what others keep in the storage is none of our business", async (t) => {
  const { browser } = await stage(t);
  browser.storage.entries.set("theirs", "{");
  browser.storage.entries.set("greenroom.key", "secret");
  await browser.open();
  assert.deepEqual([...browser.storage.entries.keys()], ["theirs", "greenroom.key"]);
});

test("a storage that is forbidden, or full, costs nothing but the memory", async (t) => {
  const { server, browser } = await stage(t);
  const forbidden = /** @type {any} */ ({
    setItem: () => {
      throw new Error("SecurityError");
    },
  });
  const tab = await browser.open({ storage: forbidden });
  const { jobId } = tab.greenroom.make(ask());
  await server.streaming("low-tide");
  server.succeed(jobId);
  await until(() => tab.greenroom.task(SLOT)?.phase === "succeeded");

  tab.greenroom.clear(SLOT);
  const full = await browser.open();
  browser.storage.isFull = true;
  full.greenroom.make(ask());
  assert.equal(full.greenroom.make(ask()).jobId, full.greenroom.tasks[0].jobId);
  await until(() => full.greenroom.task(SLOT)?.phase === "active");
});

test("another hour, another device: what runs becomes a task, what ended is told, the oldest first", async (t) => {
  const { server, browser, jobId } = await left(t);
  server.fail(jobId);
  const again = await browser.open();
  await until(() => again.greenroom.task(SLOT)?.phase === "failed");
  const second = again.greenroom.retry(SLOT);
  await until(() => again.greenroom.task(SLOT)?.phase === "active");
  assert.equal(second.retryOf, jobId);
  server.succeed(String(again.greenroom.task(SLOT)?.jobId));
  again.greenroom.make(ask({ characterId: "juno", characterName: "Juno" }));
  await until(() => server.made.length === 3);
  again.close();
  browser.storage.entries.clear();

  const tab = await browser.open();
  await Promise.all([tab.greenroom.recover("low-tide"), tab.greenroom.recover("low-tide")]);
  assert.deepEqual(
    tab.heard("ended").map(({ job, recovered }) => [job.status, recovered]),
    [
      ["failed", true],
      ["succeeded", true],
    ],
  );
  assert.deepEqual(
    tab.greenroom.tasks.map(({ characterId, phase, showTitle }) => [characterId, phase, showTitle]),
    [["juno", "active", "Low Tide Hotel"]],
  );
  assert.equal(server.asked("GET", /showId=low-tide&limit=100$/).length, 1, "asked once for both");
  await tab.greenroom.recover("low-tide");
  assert.equal(tab.heard("ended").length, 2);
});

test("whatever runs for any show of this browser becomes a task, and nobody else's does", async (t) => {
  const { server, browser, jobId } = await left(t);
  const first = await browser.open();
  first.greenroom.make(ask({ showId: "theirs", characterId: "juno", characterName: "Juno" }));
  first.greenroom.make(ask({ characterId: "teo", characterName: "Teo" }));
  await until(() => server.made.length === 3);
  server.succeed(String(first.greenroom.task(slotOf("low-tide", "teo", "portrait"))?.jobId));
  first.close();
  browser.storage.entries.clear();

  const tab = await browser.open();
  await tab.greenroom.recoverRunning(async () => new Set(["low-tide", "another"]));
  assert.deepEqual(
    tab.greenroom.tasks.map((task) => [task.slot, task.jobId, task.phase]),
    [[SLOT, jobId, "active"]],
  );
  assert.equal(server.asked("GET", /^\/v1\/jobs\?status=/).length, 1, "one question for all shows");
});

test("all pages of a show's jobs are read", async (t) => {
  const { server, browser } = await stage(t);
  const many = Array.from({ length: 230 }, (_, index) => [
    `j${index}`,
    {
      jobId: `j${index}`,
      kind: "portrait",
      status: "succeeded",
      done: true,
      showId: "low-tide",
      characterId: `c${index}`,
    },
  ]);
  for (const [jobId, job] of many) server.jobs.set(/** @type {string} */ (jobId), job);
  const tab = await browser.open();
  await tab.greenroom.recover("low-tide");
  assert.equal(tab.heard("ended").length, 230);
  assert.equal(tab.heard("ended")[0].job.jobId, "j0");
});

test("stopped, it does nothing more; started again, it goes on", async (t) => {
  const { server, browser, jobId } = await left(t);
  const tab = await browser.open();
  await server.streaming("low-tide");
  tab.greenroom.stop();
  await until(() => server.streams.size === 0);
  const { length } = server.calls;
  await browser.pass(60 * MINUTE);
  assert.equal(server.calls.length, length);
  assert.equal(browser.clock.pending, 0);
  await tab.greenroom.start();
  server.succeed(jobId);
  await until(() => tab.greenroom.task(SLOT)?.phase === "succeeded");
});
