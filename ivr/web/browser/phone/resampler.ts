// Sound from one rate to another: a windowed sinc, of which a table is made once (J. O. Smith, "Digital Audio
// Resampling"). Telephones have 8,000 samples a second, sound cards 44,100 or 48,000.

const ZEROS = 12; // of the sinc on each side: less than that is heard as dullness
const PHASES = 128;
const EDGE = 0.92; // of the band that passes; the rest is the slope of the filter

/** Makes samples at `to` Hz out of samples at `from` Hz, however they come in pieces. */
export class Resampler {
  readonly #step: number;
  readonly #table: Float32Array;
  readonly #reach: number;
  #kept: Float32Array;
  #at: number;

  constructor(from: number, to: number) {
    this.#step = from / to;
    const cutoff = EDGE * Math.min(1, to / from);
    this.#reach = Math.ceil(ZEROS / cutoff);
    this.#table = kernel(this.#reach, cutoff);
    this.#kept = new Float32Array(2 * this.#reach);
    this.#at = this.#reach;
  }

  /** What can be said after these samples. */
  push(samples: Float32Array): Float32Array {
    const sound = new Float32Array(this.#kept.length + samples.length);
    sound.set(this.#kept);
    sound.set(samples, this.#kept.length);
    const last = sound.length - this.#reach;
    const made = new Float32Array(Math.max(0, Math.ceil((last - this.#at) / this.#step)));
    let count = 0;
    for (; this.#at < last && count < made.length; this.#at += this.#step) made[count++] = this.#sample(sound);
    const from = Math.max(0, Math.floor(this.#at) - this.#reach);
    this.#kept = sound.slice(from);
    this.#at -= from;
    return made.subarray(0, count);
  }

  #sample(sound: Float32Array): number {
    const whole = Math.floor(this.#at);
    const phase = Math.round((this.#at - whole) * PHASES);
    const width = 2 * this.#reach;
    let sum = 0;
    for (let tap = 0; tap < width; tap++)
      sum += (sound[whole - this.#reach + 1 + tap] ?? 0) * (this.#table[phase * width + tap] ?? 0);
    return sum;
  }
}

/** The filter for each phase, one after the other; each lets silence be silence and a constant be itself. */
function kernel(reach: number, cutoff: number): Float32Array {
  const width = 2 * reach;
  const table = new Float32Array((PHASES + 1) * width);
  for (let phase = 0; phase <= PHASES; phase++) {
    let sum = 0;
    for (let tap = 0; tap < width; tap++) {
      const distance = tap - reach + 1 - phase / PHASES;
      const window = Math.abs(distance) >= reach ? 0 : Math.cos((Math.PI * distance) / (2 * reach)) ** 2;
      sum += table[phase * width + tap] = sinc(cutoff * distance) * window;
    }
    for (let tap = 0; tap < width; tap++) table[phase * width + tap]! /= sum;
  }
  return table;
}

const sinc = (x: number): number => (x === 0 ? 1 : Math.sin(Math.PI * x) / (Math.PI * x));
