// A week that is painted: dragging over a day opens it or closes it; what is written in its field is drawn.

import { all } from "../page/dom.ts";
import { DAY, painted, read, type Span, written } from "./spans.ts";

const STEP = 30; // minutes
const SVG = "http://www.w3.org/2000/svg";

export function weeks(): void {
  for (const week of all("[data-week]")) {
    const days = all("[data-day]", week).map((row) => ({
      row,
      field: row.querySelector("input") as HTMLInputElement,
      bar: row.querySelector("svg") as SVGSVGElement,
    }));
    const drawAll = () =>
      days.forEach(({ field, bar }, at) => draw(bar, read(field.value), read(days.at(at - 1)?.field.value ?? "")));
    for (const { row, field, bar } of days) {
      field.addEventListener("input", drawAll);
      row.querySelector<HTMLElement>("[data-spread]")?.addEventListener("click", ({ currentTarget }) => {
        const upTo = Number((currentTarget as HTMLElement).dataset["spread"]);
        for (const day of days.slice(0, upTo)) say(day.field, field.value);
      });
      if (!field.matches(":disabled")) painting(bar, field);
    }
  }
}

/** A click or a drag turns the half hours it goes over to what the first one was not. */
function painting(bar: SVGSVGElement, field: HTMLInputElement): void {
  let from = -1;
  let open = true;
  let before: Span[] = [];
  const at = (event: PointerEvent): number => {
    const { left, width } = bar.getBoundingClientRect();
    const minute = Math.floor((((event.clientX - left) / width) * DAY) / STEP) * STEP;
    return Math.max(0, Math.min(DAY - STEP, minute));
  };
  const paint = (event: PointerEvent) => {
    const to = at(event);
    say(field, written(painted(before, Math.min(from, to), Math.max(from, to) + STEP, open)));
  };
  bar.addEventListener("pointerdown", (event) => {
    if (event.button !== 0) return;
    event.preventDefault();
    bar.setPointerCapture(event.pointerId);
    [from, before] = [at(event), read(field.value) ?? []];
    open = !before.some(([begin, end]) => begin <= from && from < end);
    paint(event);
  });
  bar.addEventListener("pointermove", (event) => from >= 0 && paint(event));
  for (const kind of ["pointerup", "pointercancel"] as const) bar.addEventListener(kind, () => (from = -1));
}

function say(field: HTMLInputElement, text: string): void {
  if (field.value === text) return;
  field.value = text;
  field.dispatchEvent(new Event("input", { bubbles: true }));
}

function draw(bar: SVGSVGElement, own: Span[] | null, before: Span[] | null): void {
  bar.classList.toggle("unreadable", !own);
  const over = (before ?? []).filter(([, end]) => end > DAY).map<Span>(([, end]) => [0, end - DAY]);
  bar.replaceChildren(
    ...[...over, ...(own ?? [])].map(([begin, end]) => {
      const rect = document.createElementNS(SVG, "rect");
      for (const [name, value] of Object.entries({ x: begin, width: Math.min(end, DAY) - begin, height: 10 }))
        rect.setAttribute(name, String(value));
      return rect;
    }),
  );
}
