// Times as people say them.

import assert from "node:assert/strict";
import test from "node:test";
import { clock, inSeconds, minutes, relative } from "../../../ivr/web/browser/page/times.ts";

test("seconds are told as a clock", () => {
  assert.deepEqual([clock(0), clock(161.9), clock(3761), clock(-5)], ["00:00", "02:41", "1:02:41", "00:00"]);
});

test("pages of the server write them without a leading nought", () => {
  assert.deepEqual([minutes(7), minutes(600), minutes(3761), minutes(-5)], ["0:07", "10:00", "1:02:41", "0:00"]);
});

test("how long ago is told in the largest unit that fits", () => {
  assert.deepEqual([relative(-3), relative(-180), relative(-86_400)], ["just now", "3 minutes ago", "yesterday"]);
});

test("a number of seconds is told with its unit", () => {
  assert.equal(inSeconds("31.1"), "31.1 s");
});
