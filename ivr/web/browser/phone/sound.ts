// A telephone's ear and mouth: the microphone, the loudspeaker, and the tones that a telephone makes itself.

const FILES = "/static/built/";

/** Frequencies in Hz of each key (ITU-T Q.23). */
const KEYS: Record<string, [number, number]> = {
  "1": [697, 1209], "2": [697, 1336], "3": [697, 1477], "4": [770, 1209], "5": [770, 1336], "6": [770, 1477],
  "7": [852, 1209], "8": [852, 1336], "9": [852, 1477], "*": [941, 1209], "0": [941, 1336], "#": [941, 1477],
};

export type Microphone = "off" | "on" | "denied" | "missing";

export class Sound {
  #context: AudioContext | null = null;
  #player: AudioWorkletNode | null = null;
  #volume: GainNode | null = null;
  #stream: MediaStream | null = null;
  #ringing: number | null = null;
  muted = false;
  microphone: Microphone = "off";

  /** @param frame given what is said; @param level how loud that is, from 0 to 1. */
  constructor(
    readonly frame: (frame: Int16Array) => void,
    readonly level: (level: number) => void,
  ) {}

  /** Begin to sound. Browsers let a page do so only when somebody has clicked. */
  async start(): Promise<void> {
    if (this.#context) return void (await this.#context.resume());
    const context = new AudioContext({ latencyHint: "interactive" });
    this.#context = context;
    await context.audioWorklet.addModule(FILES + PLAYBACK_FILE);
    await context.audioWorklet.addModule(FILES + CAPTURE_FILE);
    this.#player = new AudioWorkletNode(context, "playback", { numberOfInputs: 0, outputChannelCount: [1] });
    this.#volume = context.createGain();
    this.#player.connect(this.#volume).connect(context.destination);
    await context.resume();
  }

  /** Ask for the microphone. Whoever has none, or gives none, can still press keys and listen. */
  async listen(): Promise<Microphone> {
    if (this.#stream || !this.#context) return this.microphone;
    try {
      this.#stream = await navigator.mediaDevices.getUserMedia({
        audio: { echoCancellation: true, noiseSuppression: true, autoGainControl: true, channelCount: 1 },
      });
    } catch (error) {
      this.microphone = (error as DOMException).name === "NotAllowedError" ? "denied" : "missing";
      return this.microphone;
    }
    const source = this.#context.createMediaStreamSource(this.#stream);
    const capture = new AudioWorkletNode(this.#context, "capture", { numberOfOutputs: 0, channelCount: 1 });
    capture.port.onmessage = ({ data }: MessageEvent<{ frame: Int16Array; level: number }>) => {
      if (this.muted) data.frame.fill(0);
      this.level(this.muted ? 0 : data.level);
      this.frame(data.frame);
    };
    source.connect(capture);
    this.microphone = "on";
    return this.microphone;
  }

  /** Let the microphone go: the browser shows that nobody listens any more. */
  deaf(): void {
    for (const track of this.#stream?.getTracks() ?? []) track.stop();
    this.#stream = null;
    if (this.microphone === "on") this.microphone = "off";
    this.level(0);
  }

  play(frame: Int16Array): void {
    this.#player?.port.postMessage(frame, [frame.buffer]);
  }

  silence(): void {
    this.#player?.port.postMessage(null);
  }

  set volume(share: number) {
    if (this.#volume) this.#volume.gain.value = share;
  }

  key(key: string): void {
    for (const frequency of KEYS[key] ?? []) this.#tone(frequency, 0, 0.12, 0.06);
  }

  /** Ring, or let the other end be heard ringing, until `quiet`. */
  ring(kind: "here" | "there"): void {
    this.quiet();
    const sound = () => {
      if (kind === "there") this.#tone(425, 0, 1, 0.08);
      else for (const at of [0, 0.5]) for (const pitch of [659, 784]) this.#tone(pitch, at, 0.35, 0.12);
    };
    sound();
    this.#ringing = window.setInterval(sound, kind === "there" ? 5000 : 3000);
  }

  quiet(): void {
    if (this.#ringing !== null) clearInterval(this.#ringing);
    this.#ringing = null;
  }

  #tone(frequency: number, after: number, seconds: number, loud: number): void {
    const context = this.#context;
    if (!context || !this.#volume || context.state !== "running") return;
    const [from, tone, gain] = [context.currentTime + after, context.createOscillator(), context.createGain()];
    tone.frequency.value = frequency;
    gain.gain.setValueAtTime(0, from);
    gain.gain.linearRampToValueAtTime(loud, from + 0.01);
    gain.gain.setValueAtTime(loud, from + seconds - 0.02);
    gain.gain.linearRampToValueAtTime(0, from + seconds);
    tone.connect(gain).connect(this.#volume);
    tone.start(from);
    tone.stop(from + seconds);
  }
}
