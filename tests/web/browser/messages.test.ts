// What scripts say is said in every language.

import assert from "node:assert/strict";
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import test from "node:test";

declare const SOURCES: string;

const SAID = /\bt\(\s*"((?:[^"\\]|\\.)*)"/g;
const files = readdirSync(SOURCES, { recursive: true, encoding: "utf8" }).filter((file) => file.endsWith(".ts") && !file.includes("node_modules"));
const said = new Set(
  files.flatMap((file) => [...readFileSync(join(SOURCES, file), "utf8").matchAll(SAID)].map(([, words]) => JSON.parse(`"${words}"`) as string)),
);

for (const file of readdirSync(join(SOURCES, "messages"))) {
  const words = JSON.parse(readFileSync(join(SOURCES, "messages", file), "utf8")) as Record<string, string>;

  test(`everything that is said is in ${file}`, () => {
    assert.deepEqual([...said].filter((one) => !words[one]).sort(), []);
  });

  test(`nothing is in ${file} that nobody says`, () => {
    assert.deepEqual(Object.keys(words).filter((one) => !said.has(one)), []);
  });

  test(`values keep their places in ${file}`, () => {
    const values = (text: string) => [...text.matchAll(/\{\w+\}|\$/g)].map(([value]) => value).sort();
    for (const [english, other] of Object.entries(words)) assert.deepEqual(values(other), values(english), english);
  });
}
