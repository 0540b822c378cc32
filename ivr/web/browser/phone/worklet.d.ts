// What the sound thread offers (Web Audio API), and the names that the build gives its files.

declare const sampleRate: number;
declare class AudioWorkletProcessor {
  readonly port: MessagePort;
  process(inputs: Float32Array[][], outputs: Float32Array[][]): boolean;
}
declare function registerProcessor(name: string, kind: new () => AudioWorkletProcessor): void;
declare const CAPTURE_FILE: string;
declare const PLAYBACK_FILE: string;
