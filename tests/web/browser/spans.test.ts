// The hours of a day: written, read, painted; and moments on a clock elsewhere.

import assert from "node:assert/strict";
import { test } from "node:test";
import { painted, read, type Span, written } from "../../../ivr/web/browser/calendars/spans.ts";
import { moment, until } from "../../../ivr/web/browser/calendars/until.ts";

test("hours are read as they are written", () => {
  for (const text of ["08:30-12:00, 13:30-18:00", "22:00-06:00", "24h", "closed", "18:00-24:00"]) {
    const spans = read(text);
    assert.ok(spans, text);
    assert.equal(written(spans), text);
  }
});

test("Chinese punctuation is read, too", () => assert.deepEqual(read("８:30－12：00、13:30～18:00"), [[510, 720], [810, 1080]]));

test("what is no hours is nothing", () => {
  for (const text of ["9-18", "25:00-26:00", "08:00-08:00", "24:00-25:00", "08:61-09:00", ""]) assert.equal(read(text), null, text);
});

test("painting opens, joins and cuts", () => {
  const day: Span[] = [[540, 720]];
  assert.equal(written(painted(day, 720, 780, true)), "09:00-13:00");
  assert.equal(written(painted(day, 600, 630, false)), "09:00-10:00, 10:30-12:00");
  assert.equal(written(painted(day, 0, 1440, false)), "closed");
  assert.equal(written(painted(day, 0, 1440, true)), "24h");
  assert.equal(written(painted([[1320, 1800]], 600, 660, true)), "10:00-11:00, 22:00-06:00");
});

test("a clock elsewhere shows a moment here", () => {
  assert.equal(moment("2026-11-24T15:00", "Asia/Shanghai"), "2026-11-24T07:00:00.000Z");
  assert.equal(moment("2026-07-01T12:00", "America/New_York"), "2026-07-01T16:00:00.000Z");
  assert.equal(moment("2026-10-25T12:00", "Europe/Berlin"), "2026-10-25T11:00:00.000Z");
});

test("until when something holds", () => {
  assert.equal(until("+60", "", "UTC", 0), "1970-01-01T01:00:00.000Z");
  assert.equal(until("", "", "UTC", 0), null);
  assert.equal(until("2026-11-24T00:00:00+08:00", "", "UTC", 0), "2026-11-24T00:00:00+08:00");
});
