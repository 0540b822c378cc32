// The page's stream: `data-live="/api/v1/live/stream"` on any element, and everything that shows what it brings.
// While the stream is away, parts of the page are looked at now and then all the same.

import { t } from "../messages.ts";
import { all } from "../page/dom.ts";
import { mindPresses, refresh, refreshAll } from "./fragments.ts";
import { lost } from "./lost.ts";
import { type State, Stream } from "./stream.ts";
import { touched } from "./touched.ts";
import { at, show } from "./values.ts";

const OTHERWISE = 5_000; // ms between looks without a stream

export function live(): void {
  const holder = document.querySelector<HTMLElement>("[data-live]");
  if (!holder) return;
  const always = "liveAlways" in holder.dataset;
  const say = always ? lost() : () => {};
  let state: State = "reconnecting";
  let there = true;
  let silence = 0;
  let seen = false;
  const tellAll = () => {
    document.documentElement.dataset["stream"] = state;
    for (const badge of all("[data-live-badge]")) tellState(badge, state, there, silence);
  };
  new Stream({
    url: holder.dataset["live"] ?? "",
    always,
    heard: (event, data) => {
      there = at(data, "worker.there") !== false;
      show(data);
      refresh(touched(event, data));
      tellAll();
      document.dispatchEvent(new CustomEvent("ivory:live", { detail: { event, data } }));
    },
    state: (now, quiet) => {
      // After a gap nobody knows what was missed.
      if (now === "live" && seen && state !== "live") refreshAll();
      seen ||= now === "live";
      [state, silence] = [now, quiet];
      tellAll();
      say(state === "live");
    },
  }).start(named(holder));
  // Somebody ordered something here: the answer need not come by way of the stream.
  mindPresses();
  for (const name of ["ivory:done", "ivory:saved"]) document.addEventListener(name, refreshAll);
  setInterval(() => document.hidden || state === "live" || refreshAll(), OTHERWISE);
}

/** The events to listen for. */
function named(holder: HTMLElement): Set<string> {
  const said = holder.dataset["liveEvents"] ?? all("[data-live-on]").map((part) => part.dataset["liveOn"]).join(" ");
  return new Set(said.split(" ").filter(Boolean));
}

function tellState(badge: HTMLElement, state: State, there: boolean, silence: number): void {
  const fine = state === "live" && there;
  badge.classList.remove("live", "reconnecting", "stale");
  badge.classList.add("live-badge", fine || state !== "live" ? state : "stale");
  const words = {
    live: () => (there ? t("live") : t("no worker")),
    stale: () => t("stale for {seconds} s", { seconds: Math.floor(silence) }),
    reconnecting: () => t("reconnecting"),
  }[state]();
  if (badge.textContent !== words) badge.textContent = words;
}
