// The tests of a flow: played, told case by case, and laid over its picture.

import { complain } from "../api/send.ts";
import { t } from "../messages.ts";
import { h, icon } from "../page/dom.ts";
import { inSeconds } from "../page/times.ts";
import { editor, graph } from "./parts.ts";
import { type Case, type Failure, run } from "./running.ts";

const FIRST = `flow: FLOW

cases:
  - name: what happens here
    steps: [{press: 1}, {wait: 2s}, hang_up]
    expect: {}
`;

export function testing(): void {
  const page = document.querySelector<HTMLElement>("[data-testing]");
  if (!page) return;
  const button = document.querySelector<HTMLButtonElement>("[data-run]");
  button?.addEventListener("click", () => void play(page, button));
  // A picture has no size while it is hidden.
  page.querySelector('[data-tab="tests-picture"]')?.addEventListener("click", () => requestAnimationFrame(() => void graph().then((drawn) => drawn?.fit())));
  page.querySelector("[data-first-test]")?.addEventListener("click", () => void first(page));
  if (button && new URLSearchParams(location.search).has("run")) void play(page, button);
}

async function first(page: HTMLElement): Promise<void> {
  const writer = await editor();
  if (!writer) return;
  writer.text = FIRST.replace("FLOW", page.dataset["flow"] ?? "");
  writer.goTo(4, 11);
}

async function play(page: HTMLElement, button: HTMLButtonElement): Promise<void> {
  const part = (name: string) => page.querySelector<HTMLElement>(`[data-${name}]`);
  const [list, sum, progress] = [part("cases"), part("test-sum"), part("test-progress")];
  if (!list || !sum || !progress || button.getAttribute("aria-busy") === "true") return;
  button.setAttribute("aria-busy", "true");
  part("no-results")?.setAttribute("hidden", "");
  progress.hidden = false;
  list.replaceChildren();
  sum.textContent = "";
  const seen = new Map<string, Map<string, number>>();
  let [passed, failed] = [0, 0];
  try {
    const writer = await editor();
    const tests = writer ? { tests: writer.text } : {};
    const report = await run(page.dataset["testing"] ?? "", tests, (one) => {
      progress.hidden = true;
      if (one.result === "passed") passed++;
      if (one.result === "failed") failed++;
      sum.replaceChildren(...summed(passed, failed));
      const after = one.result === "failed" ? list.querySelector("li:not(.bad)") : null;
      list.insertBefore(shown(one), after);
      count(one, seen);
    });
    for (const one of report.findings) list.prepend(finding(one));
    sum.replaceChildren(...summed(report.passed, report.failed + report.findings.length));
    covered(page, report.percent);
    const ways = Object.fromEntries([...seen].map(([node, outcomes]) => [node, Object.fromEntries(outcomes)]));
    void graph().then((drawn) => drawn?.traffic(ways));
    if (!list.childElementCount) part("no-results")?.removeAttribute("hidden");
  } catch (error) {
    complain(error);
    if (!list.childElementCount) part("no-results")?.removeAttribute("hidden");
  } finally {
    progress.hidden = true;
    button.removeAttribute("aria-busy");
  }
}

function summed(passed: number, failed: number): HTMLElement[] {
  const parts = [h("span", { class: "badge ok" }, t("{number} passed", { number: passed }))];
  if (failed) parts.unshift(h("span", { class: "badge bad" }, t("{number} failed", { number: failed })));
  return parts;
}

function shown(one: Case): HTMLElement {
  const sign = { passed: "check", failed: "x-circle", skipped: "minus" }[one.result];
  const journey = (one.journey ?? []).map((step) => step.split("=")[0]).join(" → ");
  return h(
    "li",
    { class: { passed: "ok", failed: "bad", skipped: "" }[one.result] },
    h(
      "details",
      { open: one.result === "failed" },
      h("summary", {}, icon(sign), h("span", {}, one.name), one.seconds !== undefined && h("span", { class: "soft small num push" }, inSeconds(Math.round(one.seconds)))),
      h(
        "div",
        { class: "flow-case stack tight" },
        ...(one.failures ?? []).map(failure),
        one.reason && h("p", { class: "soft" }, one.reason),
        one.transcript && transcript(one.transcript),
        journey && h("p", { class: "soft small flow-journey" }, journey),
        h("button", { type: "button", class: "button small", click: () => void go(one.line) }, t("Line {line}", { line: one.line })),
      ),
    ),
  );
}

function failure({ message, hint, line }: Failure): HTMLElement {
  return h("p", { class: "flow-failure" }, h("button", { type: "button", class: "button quiet small num", click: () => void go(line) }, String(line)), ` ${message}`, hint && h("span", { class: "soft" }, t("; ") + hint));
}

/** Who says or does something in a call that was played. */
const WHO: Record<string, () => string> = { ivr: () => t("flow"), caller: () => t("caller"), switch: () => t("switch") };

function transcript(lines: { at: number; who: string; text: string }[]): HTMLElement {
  const rows = lines.map(({ at, who, text }) => h("li", { class: who === "caller" ? "caller" : "" }, h("span", { class: "num soft" }, inSeconds(at.toFixed(1))), h("span", { class: "soft" }, (WHO[who] ?? (() => who))()), h("span", {}, text)));
  return h("ol", { class: "flow-transcript small" }, ...rows);
}

function finding({ line, message, hint }: { line: number; message: string; hint: string }): HTMLElement {
  return h("li", { class: "bad" }, failure({ line, message, hint }));
}

async function go(line: number): Promise<void> {
  document.querySelector<HTMLElement>('[data-tab="tests-text"]')?.click();
  (await editor())?.goTo(line);
}

/** How often each node was left by which way, for the picture. */
function count({ journey = [] }: Case, seen: Map<string, Map<string, number>>): void {
  for (const step of journey) {
    const [node = "", outcome = ""] = step.split("=");
    const outcomes = seen.get(node) ?? new Map<string, number>();
    outcomes.set(outcome, (outcomes.get(outcome) ?? 0) + 1);
    seen.set(node, outcomes);
  }
}

function covered(page: HTMLElement, percent: number): void {
  const box = page.querySelector<HTMLElement>("[data-coverage]");
  const meter = box?.querySelector("meter");
  const words = box?.querySelector("[data-coverage-percent]");
  if (!box || !meter || !words) return;
  box.hidden = false;
  meter.value = percent;
  words.textContent = `${Math.round(percent)} %`;
}
