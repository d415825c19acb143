/** The format of server-sent events, to the letter of the WHATWG's HTML. */

import assert from "node:assert/strict";
import { test } from "node:test";
import { EventParser } from "../src/sse.js";

/** @param {string[]} pieces */
function parsed(...pieces) {
  const parser = new EventParser();
  return pieces.flatMap((piece) => [...parser.push(piece)]);
}

const datas = (/** @type {string[]} */ ...pieces) => parsed(...pieces).map(({ data }) => data);

test("an event has its type, its data and the last id", () => {
  assert.deepEqual(parsed("id: 7\nevent: job\ndata: {}\n\n"), [{ type: "job", data: "{}", lastId: "7" }]);
  assert.deepEqual(parsed("data: x\n\n"), [{ type: "message", data: "x", lastId: "" }]);
});

test("lines end in LF, CR or CRLF, mixed at will", () => {
  assert.deepEqual(datas("data: a\r\n\r\ndata: b\r\rdata: c\n\ndata: d\r\n\n"), ["a", "b", "c", "d"]);
});

test("it makes no difference where the text is cut", () => {
  const whole = "id: 1\r\ndata: one\r\ndata: two\r\n\r\n: nothing\r\nevent: job\r\ndata: three\r\n\r\n";
  const expected = parsed(whole);
  assert.equal(expected.length, 2);
  assert.deepEqual(parsed(...whole), expected);
  for (let cut = 1; cut < whole.length; cut += 1)
    assert.deepEqual(parsed(whole.slice(0, cut), whole.slice(cut)), expected, `cut at ${cut}`);
  assert.deepEqual(parsed(...[...whole].flatMap((letter) => ["", letter])), expected, "empty pieces");
});

test("a line that ends in CR is not waited for", () => {
  const parser = new EventParser();
  assert.equal([...parser.push("data: a\r\r")].length, 1);
  assert.equal([...parser.push("\n")].length, 0);
});

test("data of several lines is joined, empty data is data, no data is no event", () => {
  assert.deepEqual(datas("data: a\ndata: b\n\n"), ["a\nb"]);
  assert.deepEqual(datas("data\n\n"), [""]);
  assert.deepEqual(datas("data\ndata\n\n"), ["\n"]);
  assert.deepEqual(datas("event: job\n\n"), []);
});

test("one space after the colon goes, and no more", () => {
  assert.deepEqual(datas("data:a\n\n", "data:  b\n\n", "data: c: d\n\n", "data:\te\n\n"), ["a", " b", "c: d", "\te"]);
});

test("comments and fields that nobody knows are passed over", () => {
  assert.deepEqual(datas(": keep-alive\n\n:\nDATA: x\ndatas: y\n data: z\ndata: a\n\n"), ["a"]);
});

test("the type is forgotten after each event, also after one without data", () => {
  const types = parsed("event: job\n\ndata: a\n\nevent: hello\ndata: b\n\ndata: c\n\n").map(({ type }) => type);
  assert.deepEqual(types, ["message", "hello", "message"]);
});

test("the id stays until there is another, and counts from the end of its event", () => {
  const parser = new EventParser();
  assert.deepEqual(
    [...parser.push("id: 1\ndata: a\n\ndata: b\n\n")].map(({ lastId }) => lastId),
    ["1", "1"],
  );
  assert.deepEqual([...parser.push("id: 2\n")], []);
  assert.equal(parser.lastId, "1");
  assert.deepEqual([...parser.push("\n")], [], "an id alone is no event");
  assert.equal(parser.lastId, "2");
  assert.deepEqual(
    [...parser.push("id\ndata: c\n\n")].map(({ lastId }) => lastId),
    [""],
    "an empty id is one",
  );
});

test("an id with a NULL in it is none", () => {
  assert.deepEqual(
    parsed("id: 1\n\nid: 2\0\ndata: a\n\n").map(({ lastId }) => lastId),
    ["1"],
  );
});

test("retry is heard when it is all digits", () => {
  const parser = new EventParser();
  [...parser.push("retry: 1.5\nretry: soon\nretry: -1\nretry:\n\n")];
  assert.equal(parser.retryMs, null);
  [...parser.push("retry: 3000\n")];
  assert.equal(parser.retryMs, 3_000);
});

test("what is not whole at the end is no event", () => {
  assert.deepEqual(datas("data: a\n\ndata: b\n"), ["a"]);
});
