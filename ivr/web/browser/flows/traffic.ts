// Where callers went: counts on the picture, where they gave up, and what would save them time.

import { complain, send } from "../api/send.ts";
import { language, t } from "../messages.ts";
import { h } from "../page/dom.ts";
import { inSeconds } from "../page/times.ts";
import { graph } from "./parts.ts";

const EVERY = 30_000;
const FEW = 12;
const number = new Intl.NumberFormat(language);
const percent = new Intl.NumberFormat(language, { style: "percent", maximumFractionDigits: 0 });
const one = new Intl.NumberFormat(language, { maximumFractionDigits: 1 });

interface Estimate {
  value: number | null;
}

interface Told {
  calls: number;
  nodes: Record<string, Record<string, number>>;
  gave_up: Record<string, number>;
  cut: boolean;
}

interface Stats {
  shares: Record<string, Estimate>;
  seconds: { median: number | null };
  menus: { node: string; advice: { order: string[]; reason: string; saving: Estimate } }[];
}

export function traffic(): void {
  const page = document.querySelector<HTMLElement>("[data-traffic]");
  if (!page) return;
  const look = async () => {
    if (document.hidden) return;
    try {
      const told = (await send("GET", page.dataset["traffic"] ?? "")).data as Told;
      void graph().then((drawn) => drawn?.traffic(told.nodes));
      gaveUp(page, told);
      const stats = (await send("GET", page.dataset["stats"] ?? "")).data as Stats;
      figures(page, told, stats);
      advice(page, stats);
    } catch (error) {
      complain(error);
    }
  };
  void look();
  setInterval(() => void look(), EVERY);
}

function figures(page: HTMLElement, told: Told, { shares, seconds }: Stats): void {
  const share = (name: string) => {
    const value = shares[name]?.value;
    return value === null || value === undefined ? "–" : percent.format(value);
  };
  const rows: [string, string][] = [
    [t("Calls"), number.format(told.calls) + (told.cut ? "+" : "")],
    [t("Helped"), share("contained")],
    [t("Hung up"), share("abandoned")],
    [t("Spoke with somebody"), share("transfer")],
    [t("Median call"), told.calls === 0 || seconds.median === null ? "–" : inSeconds(one.format(seconds.median))],
  ];
  page.querySelector("[data-traffic-figures]")?.replaceChildren(
    ...rows.map(([label, value]) => h("div", { class: "stat" }, h("span", { class: "stat-label" }, label), h("span", { class: "stat-value" }, value))),
  );
}

function gaveUp(page: HTMLElement, told: Told): void {
  const rows = Object.entries(told.gave_up).sort(([, a], [, b]) => b - a);
  const box = page.querySelector("[data-gave-up]");
  if (!rows.length) {
    const words = told.calls ? t("Nobody hung up before they had what they came for.") : t("No calls in this time. Call it yourself on the web phone; calls on a draft do not count.");
    return box?.replaceChildren(h("p", { class: "card-body soft" }, words));
  }
  const visits = (node: string) => Object.values(told.nodes[node] ?? {}).reduce((sum, each) => sum + each, 0);
  const show = async (node: string) => (await graph())?.select(node);
  box?.replaceChildren(
    h(
      "div",
      { class: "table-wrap" },
      h(
        "table",
        { class: "table compact" },
        h("thead", {}, h("tr", {}, h("th", {}, t("Node")), h("th", { class: "num" }, t("Gave up")), h("th", { class: "num" }, t("Of visits")))),
        h(
          "tbody",
          {},
          ...rows.slice(0, FEW).map(([node, calls]) =>
            h(
              "tr",
              {},
              h("td", {}, h("button", { type: "button", class: "button quiet small", click: () => void show(node) }, node)),
              h("td", { class: "num" }, number.format(calls)),
              h("td", { class: "num" }, visits(node) ? percent.format(calls / visits(node)) : "–"),
            ),
          ),
        ),
      ),
    ),
  );
}

function advice(page: HTMLElement, { menus }: Stats): void {
  const card = page.querySelector<HTMLElement>("[data-advice-card]");
  const wise = menus.filter(({ advice }) => !advice.reason && advice.order.length);
  if (!card) return;
  card.hidden = !wise.length;
  card.querySelector("[data-advice]")?.replaceChildren(
    ...wise.map(({ node, advice }) =>
      h("li", {}, h("code", {}, node), " ", t("say {order}: {seconds} s less to hear for each caller", { order: advice.order.join(" "), seconds: one.format(advice.saving.value ?? 0) })),
    ),
  );
}
