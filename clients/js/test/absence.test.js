/** Absence: of the server, of the network, of the right time. */

import assert from "node:assert/strict";
import { test } from "node:test";
import { slotOf } from "../src/index.js";
import { ask } from "./support/browser.js";
import { until } from "./support/clock.js";
import { stage } from "./support/stage.js";

const SLOT = slotOf("low-tide", "mira", "portrait");
const POST = /^\/v1\/jobs\/portrait$/;

/** A tab whose portrait is being made. @param {import("node:test").TestContext} t */
async function making(t) {
  const { server, browser } = await stage(t);
  const tab = await browser.open();
  const { jobId } = tab.greenroom.make(ask());
  await until(() => tab.greenroom.task(SLOT)?.phase === "active");
  return { server, browser, tab, jobId, ...tab };
}

test("the server restarts mid-way: it says so, recovers, and misses nothing", async (t) => {
  const { server, browser, tab, greenroom, jobId } = await making(t);
  await server.streaming("low-tide");
  await server.close();
  await until(() => greenroom.connection.state === "away");
  await browser.pass(120_000);
  await server.restart();
  server.succeed(jobId);
  await browser.pass(10_000);
  await until(() => greenroom.task(SLOT)?.phase === "succeeded");
  assert.equal(greenroom.connection.trouble, null);
  const states = tab.heard("connection").map(({ state }) => state);
  assert.deepEqual(states.filter((state) => state === "away").length, 1, states.join());
});

test("offline: it says so even when nothing runs, and recovers at once", async (t) => {
  const { server, browser } = await stage(t);
  const tab = await browser.open();
  browser.turn(false);
  await until(() => tab.greenroom.connection.state === "offline");
  assert.equal(tab.greenroom.connection.trouble, "This device is offline.");
  tab.greenroom.make(ask());
  await browser.pass(300_000);
  assert.equal(server.made.length, 0);
  browser.turn(true);
  await until(() => tab.greenroom.task(SLOT)?.phase === "active");
  await server.streaming("low-tide");
  assert.deepEqual(tab.greenroom.connection, { state: "live", trouble: null });
});

test("a browser that calls itself offline is not believed while the server answers", async (t) => {
  const { browser } = await stage(t);
  const tab = await browser.open();
  tab.greenroom.addEventListener("connection", () => assert.fail("no trouble to tell of"));
  browser.tabs.forEach((each) => each.fire("offline"));
  await browser.calm();
  assert.equal(tab.greenroom.connection.state, "live");
});

test("a clock that jumps ends no task, and no wait", async (t) => {
  const { server, browser, greenroom, jobId } = await making(t);
  await server.streaming("low-tide");
  browser.clock.wall += 86_400_000;
  await browser.pass(1_000);
  browser.clock.wall -= 2 * 86_400_000;
  await browser.pass(20_000);
  assert.equal(greenroom.task(SLOT)?.phase, "active");
  server.succeed(jobId);
  await until(() => greenroom.task(SLOT)?.phase === "succeeded");
});

test("over a limit it is not the server that is away, unless somebody else's call says so", async (t) => {
  const { server, browser } = await stage(t);
  const { greenroom } = await browser.open();
  const error = "This key's owner may submit 1 job a minute; try again in 60 s.";
  server.disturb("POST", POST, { status: 429, headers: { "Retry-After": "60" }, problem: { error } });
  greenroom.make(ask());
  await until(() => greenroom.connection.trouble !== null);
  assert.deepEqual(greenroom.connection, { state: "live", trouble: error });

  server.disturb("POST", POST, { drop: "before" });
  greenroom.make(ask({ characterId: "juno" }));
  await until(() => greenroom.connection.state === "away");
  assert.equal(greenroom.connection.trouble, "The server does not answer.");
  await browser.pass(1_000);
  await until(() => server.made.length === 1);
  await until(() => greenroom.connection.state === "live" && greenroom.connection.trouble === error);
  await browser.pass(61_000);
  await until(() => server.made.length === 2 && greenroom.connection.trouble === null);
});
