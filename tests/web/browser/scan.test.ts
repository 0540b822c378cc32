// Finding one's way about in a flow that is half written. `|` is the cursor.

import assert from "node:assert/strict";
import test from "node:test";
import { outline } from "../../../ivr/web/browser/flow/outline.ts";
import { Scanner } from "../../../ivr/web/browser/flow/scan.ts";

function at(marked: string) {
  const stop = marked.indexOf("|");
  const text = marked.slice(0, stop) + marked.slice(stop + 1);
  const { path, where, from, beside } = new Scanner(text, stop).cursor();
  return { path: path.map((step) => step ?? "-").join("/"), where, word: text.slice(from, stop), beside };
}

const shown = (text: string) => new Scanner(text).entries.map(({ path, text: value }) => `${path.map((step) => step ?? "-").join("/")}=${value}`);

test("an option of a node", () => {
  assert.deepEqual(at("nodes:\n  main:\n    type: menu\n    pro|"), { path: "nodes/main", where: "key", word: "pro", beside: [] });
});

test("an empty line below a node's name", () => {
  const { path, where } = at("nodes:\n  main:\n    |\n    next: end\n");
  assert.deepEqual([path, where], ["nodes/main", "key"]);
});

test("a node's name, after a node", () => {
  assert.equal(at("nodes:\n  main:\n    type: menu\n  |").path, "nodes");
});

test("a value behind its key", () => {
  assert.deepEqual(at("nodes:\n  main:\n    next: go|"), { path: "nodes/main/next", where: "value", word: "go", beside: [] });
});

test("a key in braces knows those beside it", () => {
  assert.deepEqual(at("nodes:\n  main: {type: play, ne|}"), { path: "nodes/main", where: "key", word: "ne", beside: ["type"] });
});

test("a value in braces in a list", () => {
  const found = at("nodes:\n  b:\n    cases:\n      - {when: amount == 0, next: no|}");
  assert.deepEqual([found.path, found.where, found.word], ["nodes/b/cases/-/next", "value", "no"]);
});

test("braces that go on over lines", () => {
  const found = at("nodes:\n  b:\n    options: {\n      1: main,\n      2: |\n");
  assert.deepEqual([found.path, found.where], ["nodes/b/options/2", "value"]);
});

test("a list in the column of its key", () => {
  assert.equal(at("nodes:\n  b:\n    cases:\n    - when: x\n      ne|").path, "nodes/b/cases/-");
  assert.equal(at("nodes:\n  b:\n    cases:\n    - when: x\n    ne|").path, "nodes/b");
});

test("text of several lines is no key", () => {
  assert.equal(at("a:\n  prompt: >\n    Hello: you\n    th|").where, "text");
});

test("an apostrophe opens no quote, and braces in plain text no mapping", () => {
  assert.deepEqual(shown("a: {b: I don't know, c: d}\ne: Hello {name}, it's me\n"), ["a=", "a/b=I don't know", "a/c=d", "e=Hello {name}, it's me"]);
});

test("quotes hide colons, commas and braces", () => {
  assert.deepEqual(shown(`a: {b: "x, y: {z}", 'c d': 'it''s'}`), ["a=", "a/b=x, y: {z}", "a/c d=it's"]);
});

test("comments are not read", () => {
  assert.deepEqual(shown("a: 1 # one: two\n# b: 2\nc: x#y\n"), ["a=1", "c=x#y"]);
});

test("values of entries stand where they say", () => {
  const text = "nodes:\n  m: {type: menu, options: {1: {next: other}, 2: end}}\n";
  for (const { value, text: said } of new Scanner(text).entries) assert.equal(text.slice(...value), said);
});

test("no half of a text is too broken to be read", () => {
  const text = 'a: {b: [1, {c: "d, \n}]\n- x: y\n  - {z\n"q: |\n\t: :: - ? &a *b\n';
  for (let stop = 0; stop <= text.length; stop++) new Scanner(text, stop).cursor();
});

test("an outline has nodes with their types and lines", () => {
  const { nodes, variables, languages } = outline("languages: [zh-CN, en-US]\nvars: {account: null}\nnodes:\n  a:\n    type: menu\n    next: b\n  b: {type: hangup}\n");
  assert.deepEqual([...nodes.values()].map(({ name, type, from, to }) => [name, type, from, to]), [["a", "menu", 4, 6], ["b", "hangup", 7, 7]]);
  assert.deepEqual([variables, languages], [["account"], ["zh-CN", "en-US"]]);
});
