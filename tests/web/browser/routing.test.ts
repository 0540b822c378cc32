// What forms of groups and agents say, in the words of the plan.

import assert from "node:assert/strict";
import { test } from "node:test";
import { levels, shaped, words } from "../../../ivr/web/browser/routing/shaping.ts";

test("levels are read from words", () => {
  assert.deepEqual(levels("billing 2, en-US: 3，outage"), { billing: 2, "en-US": 3, outage: 1 });
  assert.deepEqual(levels(""), {});
});

test("one text in all languages is said once, and nothing is nothing", () => {
  assert.equal(words({ "zh-CN": "Billing", "en-US": "Billing" }), "Billing");
  assert.deepEqual(words({ "zh-CN": "账单", "en-US": "" }), { "zh-CN": "账单" });
  assert.equal(words({ "zh-CN": null, "en-US": "" }), null);
});

test("an overflow has the limit of its reason and one way to go", () => {
  const body = { overflow: [{ on: "size", limit: "5", kind: "flow", name: "sorry" }, { on: "closed", limit: "", kind: "group", name: "day" }] };
  assert.deepEqual(shaped("group", body)["overflow"], [
    { on: "size", size: 5, to: { flow: "sorry" } },
    { on: "closed", to: { group: "day" } },
  ]);
});

test("who has nobody chosen has nobody, and a short form stays short", () => {
  const body = shaped("group", { last_agent: { within: "30d", wait: null }, dispositions: [] });
  assert.deepEqual(body["agents"], []);
  assert.equal(body["last_agent"], "30d");
  assert.equal(body["dispositions"], null);
});

test("agents chosen for a new group become its members", () => {
  assert.deepEqual(shaped("group", { id: "sales", members: ["1001"] })["agents"], [{ agent: "1001" }]);
});
