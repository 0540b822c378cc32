// The hours of a day as people write them and as minutes, as ivr/hours/spans.py has them.

export type Span = [begin: number, end: number];

export const DAY = 24 * 60;
const SPAN = /^(\d{1,2}):(\d{2})-(\d{1,2}):(\d{2})$/;

/** What is open; nothing where the text cannot be read. An end behind midnight is more than a day. */
export function read(text: string): Span[] | null {
  const plain = text.normalize("NFKC").replace(/[–—−~〜]/g, "-").replace(/、/g, ",").replace(/\s/g, "").toLowerCase();
  if (plain === "closed") return [];
  if (plain === "24h") return [[0, DAY]];
  const spans: Span[] = [];
  for (const part of plain.split(",")) {
    const [, h1, m1, h2, m2] = SPAN.exec(part) ?? [];
    if (h1 === undefined) return null;
    const [begin, end] = [Number(h1) * 60 + Number(m1), Number(h2) * 60 + Number(m2)];
    if (Number(m1) > 59 || Number(m2) > 59 || begin >= DAY || end > DAY || begin === end) return null;
    spans.push([begin, end > begin ? end : end + DAY]);
  }
  return spans.sort(([a], [b]) => a - b);
}

export function written(spans: readonly Span[]): string {
  if (!spans.length) return "closed";
  if (spans.length === 1 && spans[0]?.[0] === 0 && spans[0][1] === DAY) return "24h";
  return spans.map(([begin, end]) => `${clock(begin)}-${clock(end > DAY ? end - DAY : end)}`).join(", ");
}

/** These hours with a stretch opened or closed. */
export function painted(spans: readonly Span[], begin: number, end: number, open: boolean): Span[] {
  const rest = spans.flatMap<Span>(([from, to]) =>
    to <= begin || from >= end ? [[from, to]] : [[from, begin] as Span, [end, to] as Span].filter(([a, b]) => b > a),
  );
  if (open) rest.push([begin, end]);
  return joined(rest);
}

function joined(spans: Span[]): Span[] {
  const found: Span[] = [];
  for (const [begin, end] of spans.sort(([a], [b]) => a - b)) {
    const last = found.at(-1);
    if (last && begin <= last[1]) last[1] = Math.max(last[1], end);
    else found.push([begin, end]);
  }
  // What begins behind midnight belongs to the day after, and is written there.
  return found.filter(([begin]) => begin < DAY);
}

const clock = (minutes: number): string =>
  `${String(Math.floor(minutes / 60)).padStart(2, "0")}:${String(minutes % 60).padStart(2, "0")}`;
