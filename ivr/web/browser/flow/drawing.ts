// The parts of a drawing by what they stand for, and marks that are put on them: counts of callers, the way a call
// took. Ivory draws the picture (ivr/drawing); here it is only found one's way about in.

import { language } from "../messages.ts";
import type { Box } from "./viewport.ts";

const SVG = "http://www.w3.org/2000/svg";
const compact = new Intl.NumberFormat(language, { notation: "compact", maximumFractionDigits: 1 });
const NODE = ".node[data-node]";
const LEFT_OUT = new Set(["style", "script", "foreignObject", "image"]);
const WIDEST = 7; // px of the line that most take

export type Counts = Record<string, Record<string, number>>;

/** An SVG, not of this page yet: in a template nothing runs or is fetched. As HTML it is read in half the time. */
export function parse(source: string): SVGSVGElement | null {
  const template = document.createElement("template");
  template.innerHTML = source;
  return template.content.querySelector("svg");
}

/** As an element of this page: whatever is not drawn, and could run or be fetched, is left out. */
export function imported(root: SVGSVGElement): SVGSVGElement {
  for (const each of root.querySelectorAll("*"))
    if (each.namespaceURI !== SVG || LEFT_OUT.has(each.localName)) each.remove();
  for (const each of [root, ...root.querySelectorAll("*")])
    for (const name of each.getAttributeNames()) if (name.startsWith("on") || name === "style") each.removeAttribute(name);
  return document.adoptNode(root);
}

/** A node is a button called by what is seen in it. Its title has all of it: shown by its shape, read as what
 * describes it, and not as its name. */
export function speakable(part: Element): void {
  for (const node of [part, ...part.querySelectorAll(NODE)]) {
    if (!node.matches(NODE)) continue;
    const [title, shape] = [node.querySelector(":scope > title"), node.querySelector(":scope > .shape")];
    node.setAttribute("role", "button");
    node.setAttribute("aria-description", title?.textContent ?? "");
    shape?.setAttribute("aria-hidden", "true");
    if (title) shape?.append(title);
    for (const text of node.querySelectorAll("text")) text.after(" "); // words of their own, also where they are read
  }
}

/** Where a node is in the picture's own measure. */
export function boxOf(svg: SVGSVGElement, part: SVGGraphicsElement): Box {
  const { x, y, width, height } = part.getBBox();
  const to = svg.getScreenCTM()?.inverse().multiply(part.getScreenCTM() ?? new DOMMatrix());
  return { x: x + (to?.e ?? 0), y: y + (to?.f ?? 0), width, height };
}

export function nodeIn(svg: SVGSVGElement, name: string): SVGGElement | null {
  return svg.querySelector<SVGGElement>(`.node[data-node="${CSS.escape(name)}"]`);
}

/** Lines, names on them and exits that a call takes from a node by an outcome, or to another node. */
export function ways(svg: SVGSVGElement, source: string, outcome: string, target: string): SVGGraphicsElement[] {
  const from = [...svg.querySelectorAll<SVGGraphicsElement>(`[data-from="${CSS.escape(source)}"]`)];
  const byName = outcome ? from.filter((way) => has(way, outcome)) : [];
  const toTarget = from.filter((way) => target && way.dataset["to"] === target);
  if (!byName.length) return toTarget;
  const line = byName.some((way) => way.matches(".edge, .exit"));
  return line ? byName : [...byName, ...toTarget];
}

function has(way: SVGElement, outcome: string): boolean {
  return ` ${way.dataset["outcome"] ?? ""} `.includes(` ${outcome} `);
}

/** Write counts at lines, exits and nodes; the more callers, the broader a line. Nobody's are pale. */
export function count(svg: SVGSVGElement, counts: Counts): void {
  uncount(svg);
  svg.classList.add("counted");
  const most = Math.max(1, ...Object.values(counts).flatMap((outcomes) => Object.values(outcomes)));
  for (const way of svg.querySelectorAll<SVGGraphicsElement>(".edge, .exit")) {
    const number = along(way, counts[way.dataset["from"] ?? ""] ?? {});
    way.classList.toggle("cold", !number);
    if (!number) continue;
    if (way instanceof SVGPathElement) {
      way.style.strokeWidth = `${1.5 + (WIDEST - 1.5) * Math.sqrt(number / most)}px`;
      const { x, y } = way.getPointAtLength(Math.min(22, way.getTotalLength() / 2));
      way.parentElement?.parentElement?.append(tag(x, y, number));
    } else {
      const card = way.closest(".node")?.querySelector<SVGGraphicsElement>(".shape")?.getBBox();
      const row = way.getBBox();
      if (card) way.append(tag(card.x + card.width - 4, row.y + 7.5, number, "end"));
    }
  }
  for (const node of svg.querySelectorAll<SVGGElement>(".node[data-node]")) {
    const visits = Object.values(counts[node.dataset["node"] ?? ""] ?? {}).reduce((sum, each) => sum + each, 0);
    node.classList.toggle("cold", !visits);
    const box = node.querySelector<SVGGraphicsElement>(".shape")?.getBBox();
    if (visits && box) node.append(tag(box.x + box.width - 8, box.y, visits, "end", "visits"));
  }
}

function along(way: SVGElement, outcomes: Record<string, number>): number {
  const names = ` ${way.dataset["outcome"] ?? ""} `;
  return Object.entries(outcomes).reduce((sum, [outcome, number]) => sum + (outcome && names.includes(` ${outcome} `) ? number : 0), 0);
}

export function uncount(svg: SVGSVGElement): void {
  svg.classList.remove("counted");
  for (const each of svg.querySelectorAll(".count")) each.remove();
  for (const each of svg.querySelectorAll<SVGElement>(".cold")) each.classList.remove("cold");
  for (const each of svg.querySelectorAll<SVGElement>(".edge")) each.style.removeProperty("stroke-width");
}

function tag(x: number, y: number, number: number, anchor: "middle" | "end" = "middle", kind = ""): SVGElement {
  const group = document.createElementNS(SVG, "g");
  const words = document.createElementNS(SVG, "text");
  const ground = document.createElementNS(SVG, "rect");
  words.textContent = compact.format(number);
  const width = words.textContent.length * 6.3 + 9;
  const left = anchor === "end" ? x - width : x - width / 2;
  for (const [name, value] of Object.entries({ x: left, y: y - 7.5, width, height: 15, rx: 7.5 })) ground.setAttribute(name, String(value));
  words.setAttribute("x", String(left + width / 2));
  words.setAttribute("y", String(y + 3.8));
  words.setAttribute("class", "count-words");
  group.setAttribute("class", `count ${kind}`);
  group.append(ground, words);
  return group;
}

const TRAVEL = 420; // ms along a line

/** Send a dot along a line. */
export function travel(path: SVGPathElement): void {
  if (matchMedia("(prefers-reduced-motion: reduce)").matches || document.hidden) return;
  const dot = document.createElementNS(SVG, "circle");
  dot.setAttribute("r", "5");
  dot.setAttribute("class", "traveller");
  path.parentElement?.append(dot);
  const length = path.getTotalLength();
  const began = performance.now();
  const step = (now: number) => {
    const part = Math.min(1, (now - began) / TRAVEL);
    const { x, y } = path.getPointAtLength(length * (part < 0.5 ? 2 * part * part : 1 - 2 * (1 - part) ** 2));
    dot.setAttribute("cx", String(x));
    dot.setAttribute("cy", String(y));
    if (part < 1) requestAnimationFrame(step);
    else dot.remove();
  };
  requestAnimationFrame(step);
}
