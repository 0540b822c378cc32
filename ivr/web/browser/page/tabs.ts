// Tabs within a page: `<div class="tabs" data-tabs>` with a button for each panel.

import { all, on } from "./dom.ts";

export function tabs(root: ParentNode = document): void {
  for (const list of all("[data-tabs]", root)) {
    list.setAttribute("role", "tablist");
    for (const tab of all("[data-tab]", list)) {
      const panel = panelOf(tab);
      tab.setAttribute("role", "tab");
      tab.setAttribute("aria-controls", tab.dataset["tab"] ?? "");
      panel?.setAttribute("role", "tabpanel");
    }
    const first = list.querySelector<HTMLElement>('[aria-selected="true"]') ?? list.querySelector<HTMLElement>("[data-tab]");
    if (first) choose(first);
  }
}

export function listenForTabs(): void {
  on("click", "[data-tabs] > [data-tab]", choose);
  on("keydown", "[data-tabs]", (list, event) => {
    const several = all("[data-tab]", list);
    const at = several.indexOf(document.activeElement as HTMLElement);
    const to = { ArrowRight: at + 1, ArrowLeft: at - 1, Home: 0, End: -1 }[event.key];
    if (at < 0 || to === undefined) return;
    event.preventDefault();
    const next = several.at(to % several.length);
    if (next) {
      choose(next);
      next.focus();
    }
  });
}

function choose(tab: HTMLElement): void {
  for (const each of all("[data-tab]", tab.parentElement ?? document)) {
    const chosen = each === tab;
    each.setAttribute("aria-selected", String(chosen));
    each.tabIndex = chosen ? 0 : -1;
    panelOf(each)?.toggleAttribute("hidden", !chosen);
  }
}

function panelOf(tab: HTMLElement): HTMLElement | null {
  return document.getElementById(tab.dataset["tab"] ?? "");
}
