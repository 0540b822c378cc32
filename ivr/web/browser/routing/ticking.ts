// Parts of the page that are looked at again every two seconds while somebody looks: queues and agents as they are.

import { refresh } from "../live/fragments.ts";
import { t } from "../messages.ts";
import { all } from "../page/dom.ts";

const EVERY = 2_000; // ms
const OLD = 7_000; // ms without news after which the page says so

export function ticking(): void {
  const parts = all("[data-live-on~=tick]");
  if (!parts.length) return;
  let heard = Date.now();
  document.addEventListener("ivory:fragment", () => (heard = Date.now()));
  document.addEventListener("ivory:done", () => setTimeout(() => refresh("tick"), 150)); // somebody ordered something
  document.addEventListener("visibilitychange", () => document.hidden || refresh("tick"));
  setInterval(() => {
    if (document.hidden) return;
    refresh("tick");
    const stale = Date.now() - heard > OLD;
    for (const badge of all("[data-tick-badge]")) {
      badge.className = `live-badge ${stale ? "stale" : "live"}${badge.classList.contains("push") ? " push" : ""}`;
      badge.textContent = stale ? t("stale for {seconds} s", { seconds: Math.floor((Date.now() - heard) / 1000) }) : t("live");
    }
  }, EVERY);
}
