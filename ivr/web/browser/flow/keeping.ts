// What is written and not saved is kept in this browser, so that a page that is loaded anew, a session that has ended
// or a browser that has crashed costs nobody their words. Once it is saved it is forgotten here.

export interface Kept {
  text: string;
  /** Of what it was a change. */
  etag: string;
  /** When, as milliseconds since 1970. */
  at: number;
}

const PREFIX = "ivory.unsaved ";
const PAUSE = 300; // ms after a key until it is written down

export class Keeping {
  private timer = 0;

  constructor(
    private readonly name: string,
    private readonly storage: Pick<Storage, "getItem" | "setItem" | "removeItem"> = localStorage,
    private readonly now: () => number = Date.now,
  ) {}

  /** What was kept and differs from what the server has. */
  found(saved: string): Kept | undefined {
    try {
      const kept = JSON.parse(this.storage.getItem(this.key) ?? "null") as Partial<Kept> | null;
      if (typeof kept?.text !== "string" || kept.text === saved) return undefined;
      return { text: kept.text, etag: String(kept.etag ?? ""), at: Number(kept.at) };
    } catch {
      return undefined;
    }
  }

  /** Keep it, when a pause comes; `read` says what and of what, nothing where all is saved. */
  soon(read: () => { text: string; etag: string } | undefined): void {
    this.timer ||= setTimeout(() => {
      this.timer = 0;
      const unsaved = read();
      if (unsaved) this.keep(unsaved.text, unsaved.etag);
      else this.forget();
    }, PAUSE) as unknown as number;
  }

  keep(text: string, etag: string): void {
    try {
      this.storage.setItem(this.key, JSON.stringify({ text, etag, at: this.now() }));
    } catch {
      // No room, or no storage: leaving the page asks all the same.
    }
  }

  forget(): void {
    clearTimeout(this.timer);
    this.timer = 0;
    try {
      this.storage.removeItem(this.key);
    } catch {
      // It is not there, then.
    }
  }

  private get key(): string {
    return PREFIX + this.name;
  }
}
