// A form as JSON: names say where a value goes (`title.zh-CN`, `tiers[].skill`), `data-type` what it is.

export interface Entry {
  name: string;
  value: unknown;
  /** One of several that make a list by having the same name. */
  several?: boolean;
}

export interface Collected {
  body: Record<string, unknown>;
  /** The place each entry got, in their order: `tiers[1].skill`. */
  paths: string[];
}

type Step = string | number;

/** Values put where their names say. An `undefined` value makes its list or row and nothing else. */
export function assemble(entries: readonly Entry[]): Collected {
  const body: Record<string, unknown> = {};
  const rows = new Map<string, Set<string>>(); // what the last row of a list has already
  const counts = new Map<string, number>();
  const paths = entries.map(({ name, value, several }) => {
    const steps = numbered(name, rows, counts);
    put(body, steps, value, several ?? false);
    return written(steps);
  });
  return { body, paths };
}

/** `tiers[].skill` → tiers, 1, skill: a new row begins at each name that the last row has. */
function numbered(name: string, rows: Map<string, Set<string>>, counts: Map<string, number>): Step[] {
  const steps: Step[] = [];
  const parts = parse(name);
  parts.forEach((part, index) => {
    if (part !== "") return void steps.push(part);
    const list = written(steps);
    const after = parts.slice(index + 1);
    const rest = JSON.stringify(after);
    const has = rows.get(list);
    // A list within a row does not end the row: one that begins has a field of its own first.
    if (!has || (has.has(rest) && !after.includes(""))) {
      counts.set(list, (counts.get(list) ?? -1) + 1);
      rows.set(list, new Set([rest]));
      for (const inner of rows.keys()) if (inner.startsWith(`${list}[`)) rows.delete(inner);
    } else has.add(rest);
    steps.push(counts.get(list) ?? 0);
  });
  return steps;
}

/** The steps of a name; `""` is a row that gets its number later. */
export function parse(name: string): Step[] {
  return [...name.matchAll(/([^.[\]]+)|\[(\d*)\]/g)].map(([, word, number]) =>
    word !== undefined ? word : number ? Number(number) : "",
  );
}

export function written(steps: readonly Step[]): string {
  return steps.map((step, index) => (typeof step === "number" ? `[${step}]` : index ? `.${step}` : step)).join("");
}

function put(body: Record<string, unknown>, steps: Step[], value: unknown, several: boolean): void {
  let holder: any = body;
  steps.slice(0, -1).forEach((step, index) => {
    if (unsafe(step)) return;
    holder[step] ??= typeof steps[index + 1] === "number" ? [] : {};
    holder = holder[step];
  });
  const last = steps.at(-1);
  if (last === undefined || unsafe(last) || typeof holder !== "object" || holder === null) return;
  if (several) {
    const list = (holder[last] ??= []);
    if (Array.isArray(value)) list.push(...value);
    else if (value !== undefined) list.push(value);
  } else if (value !== undefined) holder[last] = value;
}

function unsafe(step: Step): boolean {
  return step === "__proto__" || step === "constructor" || step === "prototype";
}

/** What is written in a field as the value it stands for; `undefined` leaves it out. */
export function valueOf(text: string, type = "text", empty = type === "text" ? "text" : "null"): unknown {
  if (type === "list" || type === "numbers" || type === "lines") {
    const items = text.split(type === "lines" ? /\r?\n/ : /[\n,，、]/).map((item) => item.trim());
    return items.filter(Boolean).map((item) => (type === "numbers" ? number(item) : item));
  }
  if (type === "boolean") return ["true", "on", "1", "yes"].includes(text);
  if (text.trim() === "") return empty === "omit" ? undefined : empty === "text" ? "" : null;
  if (type === "number" || type === "integer") return number(text);
  if (type === "json")
    try {
      return JSON.parse(text);
    } catch {
      return text; // the API says what is wrong with it
    }
  return type === "duration" ? text.trim() : text;
}

/** A number, or what was written instead of one, for the API to complain of. */
function number(text: string): number | string {
  const value = Number(text.trim().replace(/^\+/, ""));
  return Number.isFinite(value) ? value : text;
}
