// What an event of the stream is about.

import assert from "node:assert/strict";
import test from "node:test";
import { touched } from "../../../ivr/web/browser/live/touched.ts";
import { tone } from "../../../ivr/web/browser/live/values.ts";

test("an event touches itself, the kinds it brought and each thing, also one that is gone", () => {
  const data = { worker: { there: true }, agents: { "1001": { state: "busy" } }, contacts: { "c1:1": null } };
  const found = touched("change", data);
  for (const name of ["change", "agents", "agents.1001", "contacts", "contacts.c1:1"]) assert.ok(found.has(name), name);
  assert.ok(!found.has("groups") && !found.has("agents.1002"));
});

test("an event without data touches itself alone", () => {
  assert.deepEqual([...touched("ping", "")], ["ping"]);
});

test("the first rule that holds gives the tone", () => {
  assert.deepEqual([85, 70, 3].map((value) => tone(value, "ok:>=80 warn:>=60 bad:<60")), ["ok", "warn", "bad"]);
});
