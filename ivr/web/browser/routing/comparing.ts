// "What would this change do?": the plan in force and the one on the page meet the same callers, and this tells what
// became of them. What may be chance is said to be so.

import { Refused } from "../api/answer.ts";
import { language, t } from "../messages.ts";
import { h, icon, on } from "../page/dom.ts";
import { inSeconds } from "../page/times.ts";
import { type Figures, type Interval, type Report, simulate, type Supposed } from "./asking.ts";
import { changedCells } from "./matrix.ts";
import { thing } from "./shaping.ts";
import { clear, difference, type Kpi, KPIS, promised, verdict } from "./verdict.ts";
import { whiskers } from "./whiskers.ts";

const FIRST_SHOWN = 12;
const SECONDS = 15;

let running: AbortController | undefined;
let asked = "";
let titles: Record<string, string> = {};

export function comparing(): void {
  const panel = document.querySelector<HTMLElement>("[data-comparison]");
  if (!panel) return;
  titles = JSON.parse(panel.dataset["titles"] ?? "{}") as Record<string, string>;
  on("click", "[data-simulate]", (button) => void compare(panel, (asked = button.dataset["simulate"] ?? "")));
  on("change", "[data-traffic]", () => asked && void compare(panel, asked));
  on("click", "[data-again]", () => asked && void compare(panel, asked));
  on("click", "[data-comparison-close]", () => {
    running?.abort();
    panel.hidden = true;
  });
}

/** What is on the page and not in force yet, as the question has it. */
function change(source: string): object {
  const element = document.querySelector<HTMLElement>(source);
  if (element instanceof HTMLFormElement) {
    const [kind = "", name = ""] = (element.dataset["change"] ?? "").split(/\.(.*)/s);
    return { [kind]: { [name]: thing(element) } };
  }
  if (element?.matches("[data-matrix]")) return { skills: changedCells(element) };
  const editor = element?.querySelector<HTMLElement & { text: string }>("ivory-editor");
  return editor ? { text: editor.text } : {};
}

async function compare(panel: HTMLElement, source: string): Promise<void> {
  running?.abort();
  const mine = (running = new AbortController());
  const body = panel.querySelector<HTMLElement>("[data-comparison-body]");
  if (!body) return;
  const bar = h("progress", { max: SECONDS, value: 0, "aria-label": t("Simulating") });
  const words = h("span", { class: "soft small" }, t("Simulating…"));
  panel.hidden = false;
  panel.setAttribute("aria-busy", "true");
  body.replaceChildren(h("div", { class: "row" }, bar, words));
  panel.scrollIntoView({ block: "nearest", behavior: "smooth" });
  const traffic = panel.querySelector<HTMLSelectElement>("[data-traffic]")?.value ?? "auto";
  try {
    const report = await simulate(
      { ...change(source), traffic, seconds: SECONDS },
      (contacts, left) => {
        bar.value = SECONDS - left;
        words.textContent = t("{count} callers so far", { count: number(contacts) });
      },
      mine.signal,
    );
    body.replaceChildren(...told(report));
  } catch (error) {
    if (mine.signal.aborted) return;
    const faults = error instanceof Refused ? error.faults.map(({ path, detail }) => h("p", {}, path ? `${path}: ${detail}` : detail)) : [];
    const title = error instanceof Refused ? [error.title, error.hint].filter(Boolean).join(t("; ")) : t("That did not work");
    body.replaceChildren(h("div", { class: "notice bad" }, icon("alert"), h("div", {}, h("strong", {}, title), ...faults)));
  } finally {
    if (running === mine) panel.removeAttribute("aria-busy");
  }
}

function told(report: Report): Node[] {
  const [before, after] = report.plans;
  if (!before || !after) return [];
  if (report.ended === "unstable")
    return [h("div", { class: "notice bad" }, icon("alert"), h("div", {}, h("strong", {}, t("More callers come than can be served.")), h("p", {}, t("The queue only grows, before the change or after it: no figure means anything then. More agents, or fewer callers."))))];
  const groups = Object.keys(report.differences).filter((name) => name !== "all");
  const moved = (name: string) => KPIS.reduce((sum, kpi) => sum + (clear(difference(report, name, kpi)) ? 1 : 0), 0);
  groups.sort((one, other) => moved(other) - moved(one));
  const rows = (groups.length > 1 ? ["all", ...groups] : groups).slice(0, FIRST_SHOWN);
  const head = h("tr", {}, h("th", {}, t("Group")), ...KPIS.map(({ words }) => h("th", {}, words)));
  const lines = rows.map((name) => h("tr", {}, h("td", { class: "nowrap", "data-label": t("Group") }, name === "all" ? h("strong", {}, t("all together")) : title(name)), ...KPIS.map((kpi) => cell(report, name, kpi))));
  const legend = h("p", { class: "soft small row" }, h("span", { class: "key before" }), t("now"), h("span", { class: "key after" }), t("with the change"), h("span", {}, t("Lines show how far off a figure may be (95 %). Faint differences may be chance.")));
  return [
    h("p", { class: "verdict" }, verdict(report, groups, title)),
    h("div", { class: "table-wrap" }, h("table", { class: "table cards" }, h("thead", {}, head), h("tbody", {}, ...lines))),
    legend,
    occupied(before.groups["all"], after.groups["all"], report),
    h("p", { class: "soft small" }, supposed(report.supposed), " ", ended(report)),
  ];
}

function cell(report: Report, name: string, kpi: Kpi): HTMLElement {
  const [before, after] = report.plans.map((plan) => plan.groups[name]?.[kpi.name]);
  if (!before || !after) return h("td", {}, "–");
  const delta = difference(report, name, kpi);
  const most = kpi.share ? 1 : Math.max(1, ...report.plans.flatMap((plan) => Object.values(plan.groups).map((each) => each[kpi.name]?.high ?? each[kpi.name]?.value ?? 0)));
  const sure = clear(delta) && !promised(report, name);
  const tone = sure ? ((delta.value ?? 0) * kpi.good > 0 ? "good" : "worse") : "soft";
  return h("td", { "data-label": kpi.words }, h("div", { class: "compare-cell" }, whiskers(before, after, most), h("div", { class: "nowrap" }, `${shown(before, kpi)} → ${shown(after, kpi)} `, h("span", { class: `delta ${tone}` }, signed(delta, kpi)))));
}

function occupied(before: Figures | undefined, after: Figures | undefined, report: Report): HTMLElement {
  const busy = { name: "occupancy", words: "", share: true, good: -1 } as const;
  const [one, other] = [before?.["occupancy"], after?.["occupancy"]];
  if (!one || !other) return h("p", {});
  return h("p", {}, t("Agents at work: {before} → {after} of their time", { before: shown(one, busy), after: shown(other, busy) }), " ", h("span", { class: "soft" }, signed(difference(report, "all", busy), busy)));
}

function supposed(about: Supposed): string {
  const left = about.left_out.length ? ` ${t("Left out, as only one of the plans has it: {groups}.", { groups: about.left_out.map(title).join(", ") })}` : "";
  if (about.kind === "replay") {
    const day = (at = "") => new Date(at).toLocaleDateString(language);
    const [since, until] = [day(about.since), day(new Date(Date.parse(about.until ?? "") - 1).toISOString())];
    return t("Played again: {count} callers of {days}.", { count: number(about.contacts ?? 0), days: since === until ? since : `${since} – ${until}` }) + left;
  }
  const rates = Object.entries(about.loads ?? {}).map(([name, load]) => `${title(name)} ${load.rate}`);
  return t("Too little was recorded to play it again, so an hour is made up that keeps everybody busy: {rates}; talks of 3 minutes, patience of 2.", { rates: rates.join(", ") }) + left;
}

function ended(report: Report): string {
  const words = { precise: t("As precise as asked."), bound: "", time: t("The time was over before all was precise."), unstable: "" };
  return `${t("{count} callers simulated.", { count: number(report.contacts) })} ${words[report.ended]}`;
}

/** What a group is called; one that is only on the page goes by its id. */
const title = (group: string) => titles[group] ?? group;

const number = (value: number) => value.toLocaleString(language);

function shown({ value }: Interval, kpi: Kpi): string {
  if (value === null) return "–";
  return kpi.share ? `${(value * 100).toFixed(1)} %` : inSeconds(value.toFixed(1));
}

function signed({ value, low, high }: Interval, kpi: Kpi): string {
  if (value === null) return "";
  if (!value) return t("the same");
  const scale = kpi.share ? 100 : 1;
  const half = low !== null && high !== null ? ` ± ${(((high - low) / 2) * scale).toFixed(1)}` : "";
  return `(${value > 0 ? "+" : value < 0 ? "−" : "±"}${Math.abs(value * scale).toFixed(1)}${half})`;
}
