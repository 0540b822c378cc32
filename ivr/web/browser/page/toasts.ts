// Short words that come and go at the foot of the page, some with a way back. What is said right before another
// page is shown there.

import { t } from "../messages.ts";
import { all, h, icon } from "./dom.ts";

export interface Toast {
  tone?: "ok" | "bad";
  /** Seconds; 0 stays until it is closed. */
  seconds?: number;
  undo?: (() => unknown) | undefined;
  /** Other buttons: words and what they do. */
  actions?: Record<string, () => unknown>;
}

const KEPT = "ivory.toast";
const MOST = 4;
const region = h("div", { class: "toasts", role: "region", "aria-label": t("Messages") });

/** Say something. Returns how to take it away. */
export function toast(words: string, { tone = "ok", seconds, undo, actions = {} }: Toast = {}): () => void {
  const stays = seconds ?? (undo ? 10 : tone === "bad" ? 9 : 4);
  const card = h("div", { class: `toast ${tone}`, role: tone === "bad" ? "alert" : "status" }, h("span", {}, words));
  let timer = 0;
  const close = () => {
    clearTimeout(timer);
    card.remove();
  };
  const wait = () => {
    if (stays) timer = window.setTimeout(close, stays * 1000);
  };
  const button = (label: string, act: () => unknown, kind = "") =>
    h("button", { type: "button", class: `button small ${kind}`, click: () => (close(), void act()) }, label);
  for (const [label, act] of Object.entries(actions)) card.append(button(label, act));
  if (undo) card.append(button(t("Undo"), undo, "undo"));
  card.append(
    h("button", { type: "button", class: "button small icon-only", "aria-label": t("Close"), click: close }, icon("close")),
  );
  // Whoever reads or reaches for it has time.
  card.addEventListener("pointerenter", () => clearTimeout(timer));
  card.addEventListener("focusin", () => clearTimeout(timer));
  card.addEventListener("pointerleave", wait);
  card.addEventListener("focusout", wait);
  place();
  while (region.childElementCount >= MOST) region.firstElementChild?.remove();
  region.append(card);
  wait();
  return close;
}

/** Say it on the page that comes next. */
export function toastLater(words: string, undo?: string): void {
  sessionStorage.setItem(KEPT, JSON.stringify({ words, undo }));
}

/** What the page before, or the server, had to say. `undoing` makes the way back of what was kept for it. */
export function sayWhatWasKept(undoing: (kept: string) => () => unknown): void {
  const kept = sessionStorage.getItem(KEPT);
  sessionStorage.removeItem(KEPT);
  if (kept) {
    const { words, undo } = JSON.parse(kept) as { words: string; undo?: string };
    toast(words, { undo: undo ? undoing(undo) : undefined });
  }
  for (const flash of all("[data-flash]")) {
    toast(flash.textContent?.trim() ?? "", { tone: flash.classList.contains("bad") ? "bad" : "ok" });
    flash.remove();
  }
}

/** Everything outside of an open dialog is inert, so the words go into it, and out again before it closes. */
function place(): void {
  const dialog = all<HTMLDialogElement>("dialog[open]").pop();
  (dialog ?? document.body).append(region);
  dialog?.addEventListener("close", () => document.body.append(region), { once: true });
}
