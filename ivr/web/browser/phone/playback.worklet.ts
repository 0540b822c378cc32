// In the sound thread: frames of a telephone become sound, behind a small cushion, as they come unevenly.

import { RATE } from "./format.ts";
import { Resampler } from "./resampler.ts";

const CUSHION = 0.06; // seconds that wait before sound begins
const MOST = 0.25; // what is more than that is left out, or one would hear everything late

class Playback extends AudioWorkletProcessor {
  readonly #resampler = new Resampler(RATE, sampleRate);
  readonly #pieces: Float32Array[] = [];
  #waiting = 0;
  #at = 0;
  #sounds = false;

  constructor() {
    super();
    this.port.onmessage = ({ data }: MessageEvent<Int16Array | null>) => (data ? this.#take(data) : this.#forget());
  }

  #take(frame: Int16Array): void {
    const piece = this.#resampler.push(Float32Array.from(frame, (sample) => sample / 32768));
    this.#pieces.push(piece);
    this.#waiting += piece.length;
    while (this.#waiting > MOST * sampleRate && this.#pieces.length > 1) {
      this.#waiting -= (this.#pieces.shift()?.length ?? 0) - this.#at;
      this.#at = 0;
    }
  }

  #forget(): void {
    this.#pieces.length = this.#waiting = this.#at = 0;
    this.#sounds = false;
  }

  override process(_inputs: Float32Array[][], [output]: Float32Array[][]): boolean {
    const out = output?.[0];
    if (!out) return true;
    this.#sounds ||= this.#waiting >= CUSHION * sampleRate;
    for (let index = 0; index < out.length && this.#sounds; index++) {
      const piece = this.#pieces[0];
      if (!piece) {
        this.#sounds = false;
        break;
      }
      out[index] = piece[this.#at++] ?? 0;
      this.#waiting--;
      if (this.#at >= piece.length) {
        this.#pieces.shift();
        this.#at = 0;
      }
    }
    for (const channel of output.slice(1)) channel.set(out);
    return true;
  }
}

registerProcessor("playback", Playback);
