// The microphone as a tape: what is said becomes a WAV file of a telephone's rate, for prompts are played at it.

import { RATE } from "../phone/format.ts";
import { wav } from "./wav.ts";

const FILES = "/static/built/";

export const LONGEST = 180; // seconds

export class Recorder {
  #context: AudioContext | null = null;
  #stream: MediaStream | null = null;
  #frames: Int16Array[] = [];

  /** @param heard given the level (0 to 1) and the seconds so far, fifty times a second. */
  constructor(readonly heard: (level: number, seconds: number) => void) {}

  /** Begin. Raises DOMException when there is no microphone, or the page gets none. */
  async start(): Promise<void> {
    this.#frames = [];
    // As it is: what a telephone does to a voice is done when the take is looked at.
    const audio = { echoCancellation: false, noiseSuppression: false, autoGainControl: false, channelCount: 1 };
    this.#stream = await navigator.mediaDevices.getUserMedia({ audio });
    const context = new AudioContext();
    this.#context = context;
    await context.audioWorklet.addModule(FILES + CAPTURE_FILE);
    const capture = new AudioWorkletNode(context, "capture", { numberOfOutputs: 0, channelCount: 1 });
    let samples = 0;
    capture.port.onmessage = ({ data }: MessageEvent<{ frame: Int16Array; level: number }>) => {
      if (this.#context !== context) return;
      samples += data.frame.length;
      this.#frames.push(data.frame);
      this.heard(data.level, samples / RATE);
    };
    context.createMediaStreamSource(this.#stream).connect(capture);
    await context.resume();
  }

  /** End; what was said. The browser shows that nobody listens any more. */
  stop(): Blob {
    for (const track of this.#stream?.getTracks() ?? []) track.stop();
    void this.#context?.close();
    this.#stream = this.#context = null;
    return wav(this.#frames, RATE);
  }

  get running(): boolean {
    return this.#stream !== null;
  }
}
