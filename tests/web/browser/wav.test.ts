// Samples as a WAV file.

import assert from "node:assert/strict";
import { test } from "node:test";
import { wav } from "../../../ivr/web/browser/prompts/wav.ts";

test("a WAV file says what it holds", async () => {
  const file = wav([Int16Array.of(1, -2), Int16Array.of(3)], 8000);
  const view = new DataView(await file.arrayBuffer());
  const word = (at: number) => String.fromCharCode(...[0, 1, 2, 3].map((n) => view.getUint8(at + n)));
  assert.deepEqual([word(0), word(8), word(12), word(36)], ["RIFF", "WAVE", "fmt ", "data"]);
  assert.equal(view.getUint32(4, true), file.size - 8);
  assert.equal(view.getUint32(24, true), 8000);
  assert.equal(view.getUint32(40, true), 6);
  assert.deepEqual([44, 46, 48].map((at) => view.getInt16(at, true)), [1, -2, 3]);
});
