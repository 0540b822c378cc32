// What stands where in a flow file: every key and value with its path, and what the cursor is in the middle of. A
// YAML parser gives up on a file that is half written, which is how a file is most of the time; this reads on.

export type Step = string | null; // null: an item of a list
export type Path = readonly Step[];

/** A scalar, or the key of something larger. Offsets are of the whole text. */
export interface Entry {
  path: Path;
  /** Where the key is written; empty (from = to) for items of lists. */
  key: [number, number];
  /** Where its value is written, if that is a scalar; else empty. */
  value: [number, number];
  /** The value without quotes. */
  text: string;
  line: number;
  column: number;
}

export interface Cursor {
  /** Of the mapping or list the cursor is in, or of the value it is in. */
  path: Path;
  where: "key" | "value" | "text"; // text: within the lines of a `|` or `>`
  /** Where the word begins that is being written. */
  from: number;
  /** Keys that stand beside it already, in `{…}`. */
  beside: string[];
  /** Within `{…}` or `[…]`. */
  inline: boolean;
  /** Column of the mapping in blocks. */
  column: number;
}

interface Frame {
  column: number;
  step: Step;
}

interface Bracket {
  open: "{" | "[";
  step: Step;
  keys: string[];
  /** What is being read of it now: its key, where that begins, and where its value does. */
  start: number;
  colon: number;
}

const KEY = /^("(?:[^"\\]|\\.)*"|'(?:[^']|'')*'|[^\s#{}[\],&*!|>'"%@`][^#]*?|-?\w[^#]*?)\s*:(?=\s|$)/;
const FRONT = /^(?:[&!][^\s,[\]{}]*\s+)+/; // an anchor or a tag

export class Scanner {
  readonly entries: Entry[] = [];
  private frames: Frame[] = [];
  private brackets: Bracket[] = [];
  private quote = "";
  private block = -1; // column of the key whose `|` text goes on
  private begins = 0; // of the line
  private line = 0;

  /** Reads a text up to `stop` (its end when left out). */
  constructor(
    private readonly text: string,
    private readonly stop = text.length,
  ) {
    while (this.begins <= stop) {
      const end = text.indexOf("\n", this.begins);
      this.line++;
      this.read(text.slice(this.begins, end < 0 ? undefined : end).replace(/\r$/, ""));
      if (end < 0 || end >= stop) break;
      this.begins = end + 1;
    }
  }

  /** What stands at `stop`. */
  cursor(): Cursor {
    const before = this.text.slice(this.begins, this.stop);
    const indent = before.length - before.trimStart().length;
    if (this.brackets.length) return this.inBrackets();
    if (this.block >= 0 && (indent > this.block || !before.trim()))
      return this.at(this.path(), "text", this.begins + indent, this.block);
    let column = indent;
    let rest = before.slice(indent);
    for (let dash = /^-(\s+|$)/.exec(rest); dash; dash = /^-(\s+|$)/.exec(rest)) {
      column += dash[0].length;
      rest = rest.slice(dash[0].length);
    }
    const key = KEY.exec(rest);
    if (key) {
      const space = /^\s*/.exec(rest.slice(key[0].length))?.[0].length ?? 0;
      return this.at(this.path(), "value", this.begins + column + key[0].length + space, column);
    }
    const frames = this.frames.filter((frame) => frame.column < column || (frame.step === null && frame.column < column));
    return this.at(frames.map((frame) => frame.step), "key", this.begins + column, column);
  }

  private at(path: Path, where: Cursor["where"], from: number, column: number): Cursor {
    return { path, where, from: Math.min(from, this.stop), beside: [], inline: false, column };
  }

  private inBrackets(): Cursor {
    const inner = this.brackets.at(-1) as Bracket;
    const from = (start: number) => {
      const space = /^\s*["']?/.exec(this.text.slice(start, this.stop))?.[0].length ?? 0;
      return Math.min(start + space, this.stop);
    };
    const valued = inner.open === "[" || inner.colon >= 0;
    return {
      path: this.path(),
      where: valued ? "value" : "key",
      from: from(inner.open === "{" && inner.colon >= 0 ? inner.colon + 1 : inner.start),
      beside: inner.keys,
      inline: true,
      column: 0,
    };
  }

  private path(): Step[] {
    const steps = this.frames.map((frame) => frame.step);
    for (const bracket of this.brackets)
      if (bracket.open === "[") steps.push(null);
      else if (bracket.colon >= 0) steps.push(bracket.step);
    return steps;
  }

  private read(line: string): void {
    const indent = line.length - line.trimStart().length;
    if (this.brackets.length) return this.inline(line, 0);
    if (this.block >= 0) {
      if (indent > this.block || !line.trim()) return;
      this.block = -1;
    }
    if (indent === line.length || line[indent] === "#" || /^(---|\.\.\.)/.test(line)) return;
    let at = indent;
    for (let dash = /^-(\s+|$)/.exec(line.slice(at)); dash; dash = /^-(\s+|$)/.exec(line.slice(at))) {
      // A list may stand in the column of its key.
      this.drop((frame) => frame.column > at || (frame.column === at && frame.step === null));
      this.frames.push({ column: at, step: null });
      at += dash[0].length;
    }
    if (at >= line.length) return;
    const key = KEY.exec(line.slice(at));
    if (!key) {
      if (this.frames.at(-1)?.step === null) this.value(line, at, [this.begins + at, this.begins + at], at);
      return;
    }
    this.drop((frame) => frame.column >= at);
    this.frames.push({ column: at, step: bare(key[1] ?? "") });
    const written = (key[1] ?? "").length;
    this.value(line, at + key[0].length, [this.begins + at, this.begins + at + written], at);
  }

  private drop(gone: (frame: Frame) => boolean): void {
    while (this.frames.length && gone(this.frames.at(-1) as Frame)) this.frames.pop();
  }

  /** What stands behind a key or a dash. */
  private value(line: string, from: number, key: [number, number], column: number): void {
    let at = from + (/^\s*/.exec(line.slice(from))?.[0].length ?? 0);
    at += FRONT.exec(`${line.slice(at)} `)?.[0].length ?? 0;
    const first = line[at];
    if (first === "{" || first === "[") {
      this.note(key, [0, 0], "");
      this.inline(line, at);
    } else if (first === "|" || first === ">") {
      this.note(key, [0, 0], "");
      this.block = column;
    } else {
      const written = scalar(line.slice(at));
      this.note(key, [this.begins + at, this.begins + at + written.length], bare(written));
    }
  }

  private note(key: [number, number], value: [number, number], text: string): void {
    const column = (key[1] > key[0] ? key[0] : value[0]) - this.begins + 1;
    this.entries.push({ path: this.path(), key, value: value[1] > value[0] ? value : [key[1], key[1]], text, line: this.line, column });
  }

  /** Within brackets, which may go on over several lines. */
  private inline(line: string, from: number): void {
    const end = Math.min(line.length, this.stop - this.begins);
    for (let index = from; index < end; index++) {
      const sign = line[index] as string;
      const here = this.begins + index;
      if (this.quote) {
        if (sign === "\\" && this.quote === '"') index++;
        else if (sign === this.quote) this.quote = "";
      } else if (sign === "#" && (index === 0 || /\s/.test(line[index - 1] as string))) break;
      else if ((sign === '"' || sign === "'") && this.beginning(here)) this.quote = sign;
      else if (sign === "{" || sign === "[") this.brackets.push({ open: sign, step: null, keys: [], start: here + 1, colon: -1 });
      else if (sign === "}" || sign === "]") {
        this.finish(here);
        this.brackets.pop();
        const outer = this.brackets.at(-1);
        if (!outer) return;
        outer.start = -1 - here; // what was read last is no scalar
      } else if (sign === ",") this.next(here);
      else if (sign === ":" && /[\s"'\]}]|^$/.test(`${line[index + 1] ?? ""}`)) this.colon(here);
    }
  }

  /** Whether nothing but space stands before a quote: elsewhere it is an apostrophe. */
  private beginning(here: number): boolean {
    const inner = this.brackets.at(-1) as Bracket;
    const start = inner.open === "{" && inner.colon >= 0 ? inner.colon + 1 : Math.max(inner.start, 0);
    return !this.text.slice(start, here).trim();
  }

  private colon(here: number): void {
    const inner = this.brackets.at(-1);
    if (!inner || inner.open !== "{" || inner.colon >= 0 || inner.start < 0) return;
    const word = bare(this.text.slice(inner.start, here).trim());
    inner.step = word;
    inner.keys.push(word);
    inner.colon = here;
  }

  private next(here: number): void {
    this.finish(here);
    const inner = this.brackets.at(-1) as Bracket;
    Object.assign(inner, { start: here + 1, colon: -1, step: null });
  }

  /** One value, or pair, is read to its end. */
  private finish(here: number): void {
    const inner = this.brackets.at(-1);
    if (!inner) return;
    const nested = inner.start < 0;
    const from = nested ? here : inner.open === "{" && inner.colon >= 0 ? inner.colon + 1 : inner.start;
    const raw = this.text.slice(from, here);
    const lead = raw.length - raw.trimStart().length;
    const written = raw.trim();
    if (inner.open === "{" && inner.colon < 0) return;
    if (inner.open === "[" && !written) return;
    const start = from + lead;
    const key: [number, number] = inner.open === "{" ? this.keyOf(inner) : [start, start];
    this.note(key, written ? [start, start + written.length] : [0, 0], bare(written));
  }

  private keyOf(inner: Bracket): [number, number] {
    const end = inner.colon;
    const word = inner.step ?? "";
    const before = this.text.slice(0, end).trimEnd().length;
    const quoted = /["']/.test(this.text[before - 1] ?? "");
    return [before - word.length - (quoted ? 2 : 0), before];
  }
}

/** What a plain or quoted scalar at the beginning of a line's rest is, without a comment behind it. */
function scalar(rest: string): string {
  const quoted = /^("(?:[^"\\]|\\.)*"|'(?:[^']|'')*')/.exec(rest);
  if (quoted) return quoted[0];
  const comment = /(^|\s)#/.exec(rest);
  return rest.slice(0, comment ? comment.index : undefined).trimEnd();
}

/** A scalar without its quotes. */
export function bare(written: string): string {
  const first = written[0];
  if (first !== '"' && first !== "'") return written;
  const inner = written.slice(1, written.length > 1 && written.endsWith(first) ? -1 : undefined);
  return first === "'" ? inner.replaceAll("''", "'") : inner.replace(/\\(.)/g, "$1");
}
