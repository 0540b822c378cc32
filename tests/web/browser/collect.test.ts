// A form as JSON.

import assert from "node:assert/strict";
import test from "node:test";
import { refused } from "../../../ivr/web/browser/api/answer.ts";
import { assemble, valueOf } from "../../../ivr/web/browser/api/collect.ts";
import { different } from "../../../ivr/web/browser/api/differing.ts";

const entries = (...pairs: [string, unknown][]) => pairs.map(([name, value]) => ({ name, value }));

test("a name with a dot nests", () => {
  const { body } = assemble(entries(["title.zh-CN", "电费"], ["title.en-US", "Billing"], ["enabled", true]));
  assert.deepEqual(body, { title: { "zh-CN": "电费", "en-US": "Billing" }, enabled: true });
});

test("a new row begins at each name that the last row has", () => {
  const { body, paths } = assemble(entries(["tiers[].skill", "a"], ["tiers[].level", 1], ["tiers[].skill", "b"], ["tiers[].level", 2]));
  assert.deepEqual(body, { tiers: [{ skill: "a", level: 1 }, { skill: "b", level: 2 }] });
  assert.deepEqual(paths, ["tiers[0].skill", "tiers[0].level", "tiers[1].skill", "tiers[1].level"]);
});

test("a list within a row begins anew in the next row", () => {
  const { body } = assemble(entries(["a[].b[].c", 1], ["a[].b[].c", 2], ["a[].d", 3], ["a[].d", 4]));
  assert.deepEqual(body, { a: [{ b: [{ c: 1 }, { c: 2 }], d: 3 }, { d: 4 }] });
});

test("fields of one name make a list, and unchecked ones an empty one", () => {
  const { body } = assemble([
    { name: "days", value: undefined, several: true },
    { name: "days", value: undefined, several: true },
  ]);
  assert.deepEqual(body, { days: [] });
});

test("no name reaches into what all objects share", () => {
  assemble(entries(["__proto__.polluted", true], ["constructor.prototype.polluted", true]));
  assert.equal(({} as Record<string, unknown>)["polluted"], undefined);
});

test("what is written becomes what it stands for", () => {
  assert.equal(valueOf("12", "integer"), 12);
  assert.equal(valueOf("", "integer"), null);
  assert.equal(valueOf("twelve", "number"), "twelve");
  assert.equal(valueOf(""), "");
  assert.equal(valueOf("", "text", "omit"), undefined);
  assert.deepEqual(valueOf("95598, 95599，4008", "list"), ["95598", "95599", "4008"]);
  assert.deepEqual(valueOf('{"a": 1}', "json"), { a: 1 });
});

test("a problem's pointers are the names of fields", () => {
  const { faults, title, hint } = refused(422, { title: "Unprocessable", detail: "some values do not fit", hint: "look", errors: [{ pointer: "/tiers/0/skill", detail: "missing" }] });
  assert.deepEqual(faults, [{ path: "tiers[0].skill", detail: "missing" }]);
  assert.deepEqual([title, hint], ["some values do not fit", "look"]);
});

test("a page of a proxy is a refusal without words", () => {
  assert.deepEqual(refused(502, null).faults, []);
});

test("two who changed one thing differ where both wrote", () => {
  const rows = different({ title: { "zh-CN": "甲", "en-US": "A" }, level: 1, changed: "now" }, { title: { "zh-CN": "乙", "en-US": "A" }, level: 1 });
  assert.deepEqual(rows, [{ path: "title.zh-CN", theirs: "甲", mine: "乙" }]);
});
