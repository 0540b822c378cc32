// Before and after, drawn: two dots on a line, each with how far the truth may lie from it.

import type { Interval } from "./asking.ts";

const SVG = "http://www.w3.org/2000/svg";
const [WIDTH, HEIGHT, EDGE] = [220, 34, 6];

/** A picture of two figures on a scale from 0 to `most`; its words are beside it. */
export function whiskers(before: Interval, after: Interval, most: number): SVGElement {
  const svg = node("svg", { class: "whiskers", viewBox: `0 0 ${WIDTH} ${HEIGHT}`, "aria-hidden": "true" });
  svg.append(node("line", { class: "axis", x1: EDGE, x2: WIDTH - EDGE, y1: HEIGHT / 2, y2: HEIGHT / 2 }));
  for (const [figure, name, y] of [[before, "before", 11], [after, "after", 23]] as const) {
    if (figure.value === null) continue;
    const at = (value: number) => EDGE + (Math.max(0, Math.min(value, most)) / most) * (WIDTH - 2 * EDGE);
    if (figure.low !== null && figure.high !== null)
      svg.append(node("line", { class: `reach ${name}`, x1: at(figure.low), x2: at(figure.high), y1: y, y2: y }));
    svg.append(node("circle", { class: name, cx: at(figure.value), cy: y, r: 4.5 }));
  }
  return svg;
}

function node(name: string, attributes: Record<string, string | number>): SVGElement {
  const element = document.createElementNS(SVG, name);
  for (const [key, value] of Object.entries(attributes)) element.setAttribute(key, String(value));
  return element;
}
