// Values of events in the page: `data-live-text="groups.billing.waiting"`; `data-live-hide="worker.there"` is seen
// while that is not so.

import { language } from "../messages.ts";
import { all } from "../page/dom.ts";
import { clock } from "../page/times.ts";

const integer = new Intl.NumberFormat(language, { maximumFractionDigits: 0 });
const decimal = new Intl.NumberFormat(language, { maximumFractionDigits: 1 });
const TONES = ["ok", "warn", "bad"];

/** Write what an event brought wherever the page shows it; what it does not mention stays. */
export function show(data: unknown, root: ParentNode = document): void {
  for (const element of all("[data-live-hide]", root)) {
    const value = at(data, element.dataset["liveHide"] ?? "");
    if (value !== undefined) element.hidden = Boolean(value);
  }
  for (const element of all("[data-live-text]", root)) {
    const value = at(data, element.dataset["liveText"] ?? "");
    if (value === undefined) continue;
    const words = format(value, element.dataset["liveFormat"]);
    if (element.textContent !== words) element.textContent = words;
    const rules = element.dataset["liveClass"];
    if (rules) mark(element.closest<HTMLElement>(".stat") ?? element, tone(Number(value), rules));
  }
}

/** What stands at a path of names. */
export function at(data: unknown, path: string): unknown {
  let here = data;
  for (const step of path.split(".")) {
    if (typeof here !== "object" || here === null || !Object.hasOwn(here, step)) return undefined;
    here = (here as Record<string, unknown>)[step];
  }
  return here;
}

export function format(value: unknown, as = ""): string {
  if (value === null || value === undefined) return "–";
  if (typeof value !== "number") return String(value);
  if (as === "duration") return clock(value);
  if (as === "percent") return `${decimal.format(value)} %`;
  return as === "integer" ? integer.format(value) : decimal.format(value);
}

/** The first rule that holds: `ok:>=80 warn:>=60 bad:<60`. */
export function tone(value: number, rules: string): string {
  for (const [, name = "", sign = "", limit = ""] of rules.matchAll(/(\w+):(>=|<=|>|<|=)(-?[\d.]+)/g)) {
    const other = Number(limit);
    const holds = { ">=": value >= other, "<=": value <= other, ">": value > other, "<": value < other, "=": value === other }[sign];
    if (holds) return name;
  }
  return "";
}

function mark(element: HTMLElement, name: string): void {
  for (const each of TONES) element.classList.toggle(each, each === name);
}
