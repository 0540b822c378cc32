// The line behind a telephone: a WebSocket that is opened when it is wanted, and opened again when it breaks.
// docs/web-phone.md describes what is said over it.

import { PING_MS } from "./format.ts";

export interface Told {
  event: string;
  [more: string]: unknown;
}

const RETRIES_MS = [500, 1000, 2000, 5000, 10_000];

export class PhoneLine {
  #socket: WebSocket | null = null;
  #ping = 0;
  #again = 0;
  #tries = 0;
  #wanted = false;

  constructor(
    readonly url: string,
    readonly stays: boolean,
    readonly told: (event: Told) => void,
    readonly heard: (frame: Int16Array) => void,
  ) {}

  get open(): boolean {
    return this.#socket?.readyState === WebSocket.OPEN;
  }

  /** Open the line; `take` it from another window. */
  connect(take = false): void {
    this.#wanted = true;
    if (this.#socket) return;
    const address = new URL(this.url, location.href);
    address.protocol = address.protocol.replace("http", "ws");
    const socket = new WebSocket(address);
    this.#socket = socket;
    socket.binaryType = "arraybuffer";
    socket.onopen = () => {
      const resume = sessionStorage.getItem(this.#key) ?? "";
      this.say({ do: "hello", ...(resume && { resume }), ...(take && { take }) });
      this.#ping = window.setInterval(() => this.say({ do: "ping", at: performance.now() / 1000 }), PING_MS);
    };
    socket.onmessage = ({ data }) => {
      if (typeof data === "string") this.#hear(JSON.parse(data) as Told);
      else this.heard(new Int16Array(data as ArrayBuffer));
    };
    socket.onclose = ({ code, reason }) => this.#closed(code, reason);
  }

  say(message: object): void {
    if (this.open) this.#socket?.send(JSON.stringify(message));
  }

  sound(frame: Int16Array): void {
    // What cannot be sent at once would be heard late: it is left out.
    if (this.open && (this.#socket?.bufferedAmount ?? 0) < 8000) this.#socket?.send(frame as Int16Array<ArrayBuffer>);
  }

  /** Let go of the line at once. The socket may take seconds to close, in which another may be opened. */
  close(): void {
    this.#wanted = false;
    clearTimeout(this.#again);
    const socket = this.#socket;
    if (!socket) return;
    socket.onopen = socket.onmessage = socket.onclose = null;
    socket.close();
    this.#closed(1000, "");
  }

  get #key(): string {
    return `ivory-phone ${this.url}`;
  }

  #hear(event: Told): void {
    if (event.event === "ready") {
      this.#tries = 0;
      if (this.stays) sessionStorage.setItem(this.#key, String(event["token"] ?? ""));
    }
    if (event.event !== "pong") this.told(event);
  }

  #closed(code: number, reason: string): void {
    clearInterval(this.#ping);
    this.#socket = null;
    const again = this.#wanted && this.stays && code !== 4000;
    this.told({ event: "closed", reason: reason || (code === 4000 ? "" : "network"), again });
    if (!again) return;
    const pause = RETRIES_MS[Math.min(this.#tries++, RETRIES_MS.length - 1)];
    this.#again = window.setTimeout(() => this.connect(), pause);
  }
}
