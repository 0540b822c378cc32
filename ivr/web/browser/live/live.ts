// The page's stream: `data-live="/api/v1/live"` on any element, and everything that shows what it brings.

import { t } from "../messages.ts";
import { all } from "../page/dom.ts";
import { refresh } from "./fragments.ts";
import { type State, Stream } from "./stream.ts";
import { show } from "./values.ts";

export function live(): void {
  const holder = document.querySelector<HTMLElement>("[data-live]");
  if (!holder) return;
  const names = new Set((holder.dataset["liveEvents"] ?? "").split(" ").filter(Boolean));
  for (const part of all("[data-live-on]")) for (const name of (part.dataset["liveOn"] ?? "").split(" ")) names.add(name);
  let seen = false;
  new Stream({
    url: holder.dataset["live"] ?? "",
    always: "liveAlways" in holder.dataset,
    heard: (event, data) => {
      show(data);
      refresh(event);
      document.dispatchEvent(new CustomEvent("ivory:live", { detail: { event, data } }));
    },
    state: (state, silence) => {
      // After a gap nobody knows what was missed.
      if (state === "live" && seen && document.documentElement.dataset["stream"] !== "live") refreshAll();
      seen ||= state === "live";
      document.documentElement.dataset["stream"] = state;
      for (const badge of all("[data-live-badge]")) tellState(badge, state, silence);
    },
  }).start(names);
}

function refreshAll(): void {
  for (const part of all("[data-live-fragment]")) refresh(part.dataset["liveOn"]?.split(" ")[0] ?? "message");
}

function tellState(badge: HTMLElement, state: State, silence: number): void {
  badge.className = `live-badge ${state}`;
  badge.textContent =
    state === "live" ? t("live") : state === "stale" ? t("stale for {seconds} s", { seconds: Math.floor(silence) }) : t("reconnecting");
}
