// What became of callers, in one sentence. They feel how long they wait, and hang up; what share was answered in time
// is a promise, which moves with its target while nothing changes for anybody.

import { t } from "../messages.ts";
import type { Figures, Interval, Report } from "./asking.ts";

export interface Kpi {
  name: string;
  words: string;
  share: boolean;
  /** Which way is the better one. */
  good: 1 | -1;
}

export const KPIS: Kpi[] = [
  { name: "service_level", words: t("In time"), share: true, good: 1 },
  { name: "asa", words: t("Wait until answered"), share: false, good: -1 },
  { name: "abandonment", words: t("Hung up while waiting"), share: true, good: -1 },
];
const FELT = KPIS.filter(({ name }) => name !== "service_level");
const NOTHING_FELT = 1e-9;
const NOTHING: Interval = { value: null, low: null, high: null };

export const difference = (report: Report, name: string, kpi: Kpi): Interval => report.differences[name]?.[kpi.name] ?? NOTHING;
/** Whether it is more than chance. */
export const clear = ({ value, low, high }: Interval) => value !== null && low !== null && high !== null && (low > 0 || high < 0);

/** Whether the group's callers fare to the second as before: more or fewer are in time only because of the target. */
export const promised = (report: Report, name: string) => FELT.every((kpi) => Math.abs(difference(report, name, kpi).value ?? 0) < NOTHING_FELT);

/** Ways in which a group is better (1) and worse (-1) off, beyond chance. */
function ways(report: Report, name: string): Set<number> {
  const told = promised(report, name) ? [] : KPIS;
  const sure = told.filter((kpi) => clear(difference(report, name, kpi)));
  const felt = sure.filter((kpi) => FELT.includes(kpi));
  return new Set((felt.length ? felt : sure).map((kpi) => Math.sign(difference(report, name, kpi).value ?? 0) * kpi.good));
}

/** `title`: what people call a group. */
export function verdict(report: Report, groups: string[], title = (group: string) => group): string {
  const all: Figures | undefined = report.differences["all"];
  const found = groups.filter((name) => ways(report, name).size);
  if (!all || !found.length) {
    const moved = all && groups.some((name) => KPIS.some((kpi) => clear(difference(report, name, kpi))));
    return moved ? t("Callers wait and hang up as before; only what counts as in time has moved.") : t("No difference that could not be chance.");
  }
  const whole = ways(report, "all");
  if (!whole.size) return t("It helps some groups at the cost of others; look at each.");
  if (whole.size > 1) return t("Better in one way, worse in another: look at waits and at who hung up.");
  if (whole.has(-1)) return t("Worse for callers.");
  const others = found.filter((name) => ways(report, name).has(-1));
  return others.length ? t("Better for callers on the whole, worse for those of {groups}.", { groups: others.map(title).join(", ") }) : t("Better for callers.");
}
