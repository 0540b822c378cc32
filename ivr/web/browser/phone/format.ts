// How a telephone's sound goes over the line: as `ready` says it.

export const RATE = 8000;
export const FRAME = 160;
export const PING_MS = 5000;
