// Text that was not saved, kept in the browser.

import assert from "node:assert/strict";
import test from "node:test";
import { Keeping } from "../../../ivr/web/browser/flow/keeping.ts";

function storage(full = false) {
  const kept = new Map<string, string>();
  return {
    kept,
    getItem: (key: string) => kept.get(key) ?? null,
    setItem: (key: string, value: string) => {
      if (full) throw new DOMException("no room", "QuotaExceededError");
      kept.set(key, value);
    },
    removeItem: (key: string) => void kept.delete(key),
  };
}

test("what was not saved is found again, with what it was a change of", () => {
  const shelf = storage();
  new Keeping("PUT /a", shelf, () => 7).keep("new", '"1"');
  assert.deepEqual(new Keeping("PUT /a", shelf).found("old"), { text: "new", etag: '"1"', at: 7 });
  assert.equal(new Keeping("PUT /b", shelf).found("old"), undefined);
});

test("what the server has by now is not offered, nor what was forgotten", () => {
  const shelf = storage();
  const keeping = new Keeping("PUT /a", shelf);
  keeping.keep("new", "");
  assert.equal(keeping.found("new"), undefined);
  keeping.forget();
  assert.equal(keeping.found("old"), undefined);
});

test("a text is written down once for many keys, and forgotten when it was saved meanwhile", async () => {
  const shelf = storage();
  const keeping = new Keeping("PUT /a", shelf);
  let read = 0;
  const told = (text?: string) =>
    new Promise<void>((done) => {
      for (let key = 0; key < 9; key++) keeping.soon(() => (read++, done(), text === undefined ? undefined : { text, etag: "" }));
    });
  await told("typed");
  assert.equal(read, 1);
  assert.equal(keeping.found("old")?.text, "typed");
  await told();
  assert.equal(shelf.kept.size, 0);
});

test("a storage that is full, or holds something else, breaks nothing", () => {
  new Keeping("PUT /a", storage(true)).keep("new", "");
  const shelf = storage();
  for (const odd of ["{", "7", '{"text": 3}', "null"]) {
    shelf.kept.set("ivory.unsaved PUT /a", odd);
    assert.equal(new Keeping("PUT /a", shelf).found("old"), undefined);
  }
});
