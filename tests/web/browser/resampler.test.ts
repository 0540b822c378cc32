import assert from "node:assert/strict";
import test from "node:test";
import { Resampler } from "../../../ivr/web/browser/phone/resampler.ts";

const tone = (hz: number, rate: number, seconds: number) =>
  Float32Array.from({ length: Math.round(rate * seconds) }, (_, n) => Math.sin((2 * Math.PI * hz * n) / rate));

function through(from: number, to: number, sound: Float32Array, piece = 128): Float32Array {
  const resampler = new Resampler(from, to);
  const made: number[] = [];
  for (let at = 0; at < sound.length; at += piece) made.push(...resampler.push(sound.slice(at, at + piece)));
  return Float32Array.from(made);
}

const loud = (sound: Float32Array) => Math.sqrt(sound.reduce((sum, x) => sum + x * x, 0) / sound.length);

for (const rate of [44_100, 48_000, 16_000])
  test(`a voice of ${rate} Hz is as loud and as long on the telephone`, () => {
    const made = through(rate, 8000, tone(1000, rate, 1));
    assert.ok(Math.abs(made.length - 8000) < 20, `${made.length} samples`);
    assert.ok(Math.abs(loud(made.slice(200)) - Math.SQRT1_2) < 0.01);
  });

test("what a telephone cannot carry is not folded into what it can", () => {
  const made = through(48_000, 8000, tone(5000, 48_000, 1));
  assert.ok(loud(made.slice(200)) < 0.01);
});

test("a telephone's voice sounds without images above its band", () => {
  const made = through(8000, 48_000, tone(1000, 8000, 0.5));
  const spectrum = (hz: number) => {
    let [re, im] = [0, 0];
    made.forEach((x, n) => ((re += x * Math.cos((2 * Math.PI * hz * n) / 48_000)), (im += x * Math.sin((2 * Math.PI * hz * n) / 48_000))));
    return Math.hypot(re, im) / made.length;
  };
  assert.ok(spectrum(1000) > 0.4);
  assert.ok(spectrum(7000) < 0.005);
});

test("pieces of any size make the same sound", () => {
  const sound = tone(440, 48_000, 0.2);
  assert.deepEqual(through(48_000, 8000, sound, 128), through(48_000, 8000, sound, 1000));
});
