// Samples as a WAV file: one channel, 16 bits (RIFF, "Multimedia Programming Interface and Data Specifications 1.0").

const HEAD = 44;

export function wav(frames: readonly Int16Array[], rate: number): Blob {
  const bytes = frames.reduce((sum, { byteLength }) => sum + byteLength, 0);
  const head = new DataView(new ArrayBuffer(HEAD));
  const word = (at: number, text: string) => [...text].forEach((sign, n) => head.setUint8(at + n, sign.charCodeAt(0)));
  word(0, "RIFF");
  head.setUint32(4, HEAD - 8 + bytes, true);
  word(8, "WAVEfmt ");
  head.setUint32(16, 16, true);
  head.setUint16(20, 1, true); // PCM
  head.setUint16(22, 1, true); // one channel
  head.setUint32(24, rate, true);
  head.setUint32(28, rate * 2, true);
  head.setUint16(32, 2, true);
  head.setUint16(34, 16, true);
  word(36, "data");
  head.setUint32(40, bytes, true);
  return new Blob([head.buffer, ...frames.map((frame) => frame.slice().buffer)], { type: "audio/wav" });
}
