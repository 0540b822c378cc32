// Two panes with a bar between them, which is dragged or moved by arrow keys, and tabs where there is little room.

import { t } from "../messages.ts";
import { all, h } from "./dom.ts";

const LEAST = 20;
const MOST = 80;

export function splits(): void {
  for (const split of all("[data-split]")) make(split);
}

function make(split: HTMLElement): void {
  const [first, second] = [...split.children] as HTMLElement[];
  if (!first || !second || split.querySelector(":scope > .split-bar")) return;
  const kept = `ivory.split.${split.dataset["split"]}`;
  const bar = h("div", {
    class: "split-bar",
    role: "separator",
    tabindex: 0,
    "aria-orientation": "vertical",
    "aria-label": t("Width of the panes"),
    "aria-valuemin": LEAST,
    "aria-valuemax": MOST,
  });
  const set = (percent: number) => {
    const part = Math.min(MOST, Math.max(LEAST, percent));
    split.style.setProperty("--part", `${part}%`);
    bar.setAttribute("aria-valuenow", String(Math.round(part)));
    localStorage.setItem(kept, part.toFixed(1));
  };
  first.after(bar);
  set(Number(localStorage.getItem(kept)) || 50);
  bar.addEventListener("pointerdown", (event) => {
    bar.setPointerCapture(event.pointerId);
    bar.classList.add("dragged");
  });
  bar.addEventListener("pointermove", (event) => {
    if (!bar.hasPointerCapture(event.pointerId)) return;
    const box = split.getBoundingClientRect();
    set(((event.clientX - box.left) / box.width) * 100);
  });
  bar.addEventListener("lostpointercapture", () => bar.classList.remove("dragged"));
  bar.addEventListener("dblclick", () => set(50));
  bar.addEventListener("keydown", (event) => {
    const now = Number(bar.getAttribute("aria-valuenow"));
    const to = { ArrowLeft: now - 2, ArrowRight: now + 2, Home: LEAST, End: MOST }[event.key];
    if (to === undefined) return;
    event.preventDefault();
    set(to);
  });
  narrow(split, [first, second]);
}

/** Below 960 px one pane is seen at a time. */
function narrow(split: HTMLElement, panes: HTMLElement[]): void {
  const labels = (split.dataset["splitLabels"] ?? "1|2").split("|");
  const buttons = panes.map((_, index) => h("button", { type: "button", class: "button small", click: () => show(index) }, labels[index]));
  const show = (index: number) => {
    panes.forEach((pane, each) => pane.classList.toggle("away", each !== index));
    buttons.forEach((button, each) => button.setAttribute("aria-pressed", String(each === index)));
  };
  split.prepend(h("div", { class: "split-tabs button-group" }, ...buttons));
  show(0);
}
