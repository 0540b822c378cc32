// In the sound thread: what the microphone hears becomes frames of a telephone, 20 ms each.

import { FRAME, RATE } from "./format.ts";
import { Resampler } from "./resampler.ts";

class Capture extends AudioWorkletProcessor {
  readonly #resampler = new Resampler(sampleRate, RATE);
  readonly #frame = new Int16Array(FRAME);
  #filled = 0;
  #loudest = 0;

  override process([input]: Float32Array[][]): boolean {
    const samples = input?.[0];
    if (!samples) return true;
    for (const sample of this.#resampler.push(samples)) {
      const clipped = Math.max(-1, Math.min(1, sample));
      this.#loudest = Math.max(this.#loudest, Math.abs(clipped));
      this.#frame[this.#filled++] = Math.round(clipped * 32767);
      if (this.#filled === FRAME) this.#send();
    }
    return true;
  }

  #send(): void {
    const frame = this.#frame.slice();
    this.port.postMessage({ frame, level: this.#loudest }, [frame.buffer]);
    this.#filled = this.#loudest = 0;
  }
}

registerProcessor("capture", Capture);
