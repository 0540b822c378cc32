// Two texts line by line, as people compare them. Myers' algorithm (1986), bounded: texts that have too little in
// common are shown one after the other.

export interface Line {
  sign: " " | "+" | "-";
  text: string;
}

const MOST_STEPS = 1_500;
const AROUND = 2; // equal lines shown beside what differs

export function differences(before: string, after: string): Line[] {
  const [a, b] = [before.split("\n"), after.split("\n")];
  let head = 0;
  while (head < a.length && head < b.length && a[head] === b[head]) head++;
  let tail = 0;
  while (tail < a.length - head && tail < b.length - head && a[a.length - 1 - tail] === b[b.length - 1 - tail]) tail++;
  const equal = (lines: string[]): Line[] => lines.map((text) => ({ sign: " ", text }));
  return [
    ...equal(a.slice(0, head)),
    ...middle(a.slice(head, a.length - tail), b.slice(head, b.length - tail)),
    ...equal(a.slice(a.length - tail)),
  ];
}

/** Only what differs, with a little around it; `null` stands for lines left out. */
export function shortened(lines: Line[]): (Line | null)[] {
  const near = lines.map((_, index) => lines.slice(Math.max(0, index - AROUND), index + AROUND + 1).some(({ sign }) => sign !== " "));
  return lines.flatMap((line, index) => (near[index] ? [line] : index && near[index - 1] ? [null] : []));
}

function middle(a: string[], b: string[]): Line[] {
  const trace: Map<number, number>[] = [];
  let reach = new Map([[1, 0]]);
  for (let d = 0; d <= Math.min(a.length + b.length, MOST_STEPS); d++) {
    trace.push(new Map(reach));
    for (let k = -d; k <= d; k += 2) {
      const down = k === -d || (k !== d && (reach.get(k - 1) ?? -1) < (reach.get(k + 1) ?? -1));
      let x = down ? (reach.get(k + 1) ?? 0) : (reach.get(k - 1) ?? 0) + 1;
      while (x < a.length && x - k < b.length && a[x] === b[x - k]) x++;
      reach.set(k, x);
      if (x >= a.length && x - k >= b.length) return walked(a, b, trace);
    }
    reach = new Map(reach);
  }
  return [...a.map((text): Line => ({ sign: "-", text })), ...b.map((text): Line => ({ sign: "+", text }))];
}

function walked(a: string[], b: string[], trace: Map<number, number>[]): Line[] {
  const lines: Line[] = [];
  let [x, y] = [a.length, b.length];
  for (let d = trace.length - 1; d >= 0; d--) {
    const reach = trace[d] as Map<number, number>;
    const k = x - y;
    const down = k === -d || (k !== d && (reach.get(k - 1) ?? -1) < (reach.get(k + 1) ?? -1));
    const from = down ? k + 1 : k - 1;
    const [fromX, fromY] = [reach.get(from) ?? 0, (reach.get(from) ?? 0) - from];
    while (x > Math.max(fromX, 0) && y > Math.max(fromY, 0) && x > 0 && y > 0 && a[x - 1] === b[y - 1]) {
      lines.push({ sign: " ", text: a[--x] as string });
      y--;
    }
    if (d === 0) break;
    if (down) lines.push({ sign: "+", text: b[--y] as string });
    else lines.push({ sign: "-", text: a[--x] as string });
  }
  return lines.reverse();
}
