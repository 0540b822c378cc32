// What a caller did on the telephone in the page: one line each, in order, once.

import assert from "node:assert/strict";
import test from "node:test";
import { took } from "../../../ivr/web/browser/phone/said.ts";

test("what was pressed and what the flow took for it is one line", () => {
  assert.deepEqual(took("1", "1"), { lines: ["1"], rest: "" });
  assert.deepEqual(took("#", "#"), { lines: ["#"], rest: "" });
  assert.deepEqual(took("1234567890#", "1234567890"), { lines: ["1234567890"], rest: "" });
});

test("keys for the nodes after this one wait for these", () => {
  assert.deepEqual(took("12", "1"), { lines: ["1"], rest: "2" });
  assert.deepEqual(took("2", "2"), { lines: ["2"], rest: "" });
});

test("keys that were not understood, and those nobody asked for, stay where they were", () => {
  assert.deepEqual(took("71", "7?"), { lines: ["7"], rest: "1" });
  assert.deepEqual(took("51", "1"), { lines: ["5", "1"], rest: "" });
});

test("what was entered in confidence is hidden", () => {
  assert.deepEqual(took("4711#", "••••"), { lines: ["••••"], rest: "" });
});

test("what was said stands before what was pressed since, without its quotes", () => {
  assert.deepEqual(took("", "“my bill”"), { lines: ["my bill"], rest: "" });
  assert.deepEqual(took("1", "“no? idea”?"), { lines: ["no? idea"], rest: "1" });
});

test("what another telephone pressed is told all the same", () => {
  assert.deepEqual(took("", "7"), { lines: ["7"], rest: "" });
});
