// One stream of server-sent events for the page. It comes back by itself, later each time, and says so when what
// is on the screen may be old: a wallboard that stands still and looks alive is worse than none.

export type State = "live" | "reconnecting" | "stale";

export interface Streaming {
  url: string;
  heard: (event: string, data: unknown) => void;
  /** How it stands, and for how many seconds nothing was heard. */
  state: (state: State, silence: number) => void;
  /** Also while nobody sees the page. */
  always?: boolean;
  /** For tests. */
  open?: (url: string) => EventSource;
  now?: () => number;
}

const STALE = 25; // seconds; the server says something every ten
const FIRST = 1_000; // ms until the first new try
const LAST = 30_000;
const UNSEEN = 60_000; // ms

export class Stream {
  private source: EventSource | undefined;
  private tries = 0;
  private heardAt: number;
  private retry = 0;
  private rest = 0;
  private readonly now: () => number;
  private readonly names = new Set(["message"]);

  constructor(private readonly how: Streaming) {
    this.now = how.now ?? Date.now;
    this.heardAt = this.now();
  }

  /** Begin, listening for these events. */
  start(names: Iterable<string>): void {
    for (const name of names) this.names.add(name);
    this.connect();
    setInterval(() => this.look(), 1_000);
    // A laptop that wakes up, a network that is back: try at once.
    addEventListener("online", () => this.connect());
    document.addEventListener("visibilitychange", () => this.seen(!document.hidden));
  }

  /** A browser has six connections to a server, and tabs nobody looks at need none of them. */
  private seen(visible: boolean): void {
    clearTimeout(this.rest);
    if (visible && !this.source) this.connect();
    else if (!visible && !this.how.always) this.rest = window.setTimeout(() => this.sleep(), UNSEEN);
  }

  private sleep(): void {
    clearTimeout(this.retry);
    this.source?.close();
    this.source = undefined;
  }

  /** How long nothing was heard, and what follows. */
  look(): void {
    const silence = (this.now() - this.heardAt) / 1000;
    if (silence < STALE) return;
    this.how.state("stale", silence);
    // The connection looks open to the browser, yet nothing comes: half-open, so begin anew.
    if (this.source && this.source.readyState === EventSource.OPEN) this.again();
  }

  private connect(): void {
    clearTimeout(this.retry);
    this.source?.close();
    const source = this.how.open?.(this.how.url) ?? new EventSource(this.how.url);
    this.source = source;
    source.addEventListener("open", () => this.alive());
    source.addEventListener("error", () => this.source === source && this.again());
    for (const name of [...this.names, "ping"])
      source.addEventListener(name, (event) => {
        this.alive();
        if (name !== "ping") this.how.heard(name, parsed((event as MessageEvent<string>).data));
      });
  }

  private alive(): void {
    this.tries = 0;
    this.heardAt = this.now();
    this.how.state("live", 0);
  }

  /** Later each time, and not all screens at the same moment. */
  private again(): void {
    this.source?.close();
    this.source = undefined;
    const silence = (this.now() - this.heardAt) / 1000;
    this.how.state(silence < STALE ? "reconnecting" : "stale", silence);
    const wait = Math.min(LAST, FIRST * 2 ** this.tries++);
    clearTimeout(this.retry);
    this.retry = window.setTimeout(() => this.connect(), wait * (0.75 + Math.random() / 2));
  }
}

function parsed(data: string): unknown {
  try {
    return JSON.parse(data);
  } catch {
    return data;
  }
}
