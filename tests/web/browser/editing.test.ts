// What an editor offers, and how it compares texts.

import assert from "node:assert/strict";
import test from "node:test";
import { differences, shortened } from "../../../ivr/web/browser/flow/differences.ts";
import { expressionStart, offers } from "../../../ivr/web/browser/flow/expressions.ts";
import { kindOf, Language } from "../../../ivr/web/browser/flow/schema.ts";
import { at, format, tone } from "../../../ivr/web/browser/live/values.ts";

const language = new Language({
  properties: { nodes: { additionalProperties: { $ref: "#/definitions/any_node" } } },
  definitions: {
    any_node: {
      properties: { type: { enum: ["menu", "play"], enumDescriptions: ["Choices.", "Words."] } },
      allOf: [
        { if: { properties: { type: { const: "menu" } } }, then: { $ref: "#/definitions/menu_node" } },
        { if: { properties: { type: { const: "play" } } }, then: { $ref: "#/definitions/play_node" } },
      ],
    },
    menu_node: { properties: { options: { additionalProperties: { $ref: "#/definitions/Option" } } } },
    play_node: { properties: { next: { $ref: "#/definitions/target", markdownDescription: "Where to go on." } } },
    Option: { anyOf: [{ $ref: "#/definitions/target" }, { properties: { next: { $ref: "#/definitions/target" } } }] },
    target: { markdownDescription: "A node." },
  },
});
const names = {
  flows: [], skills: [], agents: [], sounds: [],
  expressions: {
    names: { call: ["ani", "dnis"], now: [] },
    functions: [{ name: "length", takes: "value", words: "" }],
    filters: [{ name: "money", takes: "currency", words: "" }],
  },
};

test("a node has the options of its type", () => {
  assert.ok(language.options(["nodes", "a"], "menu").has("options"));
  assert.ok(!language.options(["nodes", "a"], "play").has("options"));
});

test("both ways to write an option of a menu lead to a node", () => {
  assert.ok(language.words(["nodes", "a", "options", "1"], "menu").has("target"));
  assert.ok(language.words(["nodes", "a", "options", "1", "next"], "menu").has("target"));
});

test("what is said of an option goes before what is said of its word", () => {
  assert.equal(language.options(["nodes", "a"], "play").get("next")?.markdown, "Where to go on.");
});

test("where a value of a table may stand, what else may stand there is known", () => {
  const free = (schema: object) => ({ if: { pattern: "{{" }, else: schema, markdownDescription: "The node." });
  const tests = new Language({
    properties: { steps: free({ items: free({ $ref: "#/definitions/step" }) }) },
    definitions: { step: { title: "step", properties: { press: { type: "string", markdownDescription: "Press keys." } } } },
  });
  assert.equal(tests.options(["steps", null], "").get("press")?.markdown, "Press keys.");
  assert.ok(tests.words(["steps", null], "").has("step"));
});

test("what a value is, is said in the schema's language, else by its type", () => {
  const kind = (schema: object, ...words: string[]) => kindOf({ schema, words: new Set(words), markdown: "" });
  assert.equal(kind({ title: "去向" }, "target"), "去向");
  assert.equal(kind({}, "barge_in"), "barge in");
  assert.equal(kind({ title: "option", type: ["string", "integer"] }, "Option"), "text | whole number");
  assert.equal(kind({}), "");
});

test("within braces an expression begins, and ends behind them", () => {
  assert.equal(expressionStart("You owe {{ am", false), 10);
  assert.equal(expressionStart("You owe {{ amount }} an", false), -1);
  assert.equal(expressionStart("amount > 1", true), 0);
});

test("behind a bar stand filters, behind a dot parts, else names and functions", () => {
  const labels = (expression: string) => offers(expression, names, ["amount"])?.offers.map(({ label }) => label);
  assert.deepEqual(labels("amount | mo"), ["money"]);
  assert.deepEqual(labels("call.a"), ["ani", "dnis"]);
  assert.deepEqual(labels("a"), ["amount", "call", "now", "length"]);
  assert.equal(labels("call.dnis == '9"), undefined);
});

test("two texts differ by the fewest lines", () => {
  const lines = differences("a\nb\nc\nd", "a\nx\nc\nd\ne").map(({ sign, text }) => sign + text);
  assert.deepEqual(lines, [" a", "-b", "+x", " c", " d", "+e"]);
});

test("whatever two texts are, one is made of the other by their differences", () => {
  let seed = 7;
  const random = (most: number) => (seed = (seed * 16807) % 2147483647) % most;
  for (let round = 0; round < 200; round++) {
    const text = () => Array.from({ length: random(12) }, () => "abc"[random(3)]).join("\n");
    const [before, after] = [text(), text()];
    const lines = differences(before, after);
    const without = (sign: string) => lines.filter((line) => line.sign !== sign).map((line) => line.text).join("\n");
    assert.deepEqual([without("+"), without("-")], [before, after]);
  }
});

test("equal lines far from a difference are left out", () => {
  const before = Array.from({ length: 20 }, (_, number) => String(number));
  const shown = shortened(differences(before.join("\n"), [...before.slice(0, 10), "new", ...before.slice(10)].join("\n")));
  assert.equal(shown.length, 6);
});

test("values of events are found, and told by their rules", () => {
  assert.equal(at({ groups: { billing: { waiting: 3 } } }, "groups.billing.waiting"), 3);
  assert.equal(at({}, "constructor.name"), undefined);
  assert.equal(format(161, "duration"), "02:41");
  assert.equal(tone(72, "ok:>=80 warn:>=60 bad:<60"), "warn");
});
