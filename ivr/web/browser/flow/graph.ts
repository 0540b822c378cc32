// <ivory-graph>: the drawing of a flow that one can walk about in. Ivory draws it (`ivr.drawing`), the page
// colours it, and shows where a call is, which way it came, and how many went where.

import { t } from "../messages.ts";
import { h, icon, tell } from "../page/dom.ts";
import { View } from "./view.ts";

const number = new Intl.NumberFormat(document.documentElement.lang);

export class FlowGraph extends HTMLElement {
  readonly #frame = h("div", { class: "graph-frame", tabindex: 0, role: "application", "aria-label": t("Picture of the flow") });
  readonly #list = h("ol", { class: "graph-list", hidden: true });
  readonly #view = new View(this.#frame);
  #at = "";
  #flow = "";
  #counts: Record<string, Record<string, number>> = {};

  connectedCallback(): void {
    if (this.#frame.isConnected) return;
    const drawn = this.querySelector("svg");
    this.replaceChildren(this.#frame, this.#tools(), this.#list);
    this.#frame.addEventListener("click", (event) => this.#clicked(event));
    this.#frame.addEventListener("keydown", (event) => this.#key(event));
    if (drawn) this.#put(drawn);
    else if (this.dataset["src"]) void this.load(this.dataset["src"]);
  }

  /** Fetch a drawing. */
  async load(address: string): Promise<void> {
    const answer = await fetch(address);
    if (answer.ok) this.show(await answer.text());
    else this.#frame.replaceChildren(h("p", { class: "graph-none" }, t("This flow cannot be drawn as it is.")));
  }

  /** Show a drawing: an SVG as text. */
  show(svg: string): void {
    const parsed = new DOMParser().parseFromString(svg, "image/svg+xml").documentElement;
    this.removeAttribute("old");
    if (parsed instanceof SVGSVGElement) this.#put(document.importNode(parsed, true));
  }

  /** Mark the node that is worked on. */
  select(node: string): void {
    for (const each of this.#all(".selected")) each.classList.remove("selected");
    const found = this.#node(node);
    found?.classList.add("selected");
    if (found) this.#view.reveal(found);
  }

  /** The call is here now, and came by this outcome of where it was. */
  walk(node: string, outcome?: string): void {
    if (this.#at)
      for (const edge of this.#all(`.edge[data-from="${CSS.escape(this.#at)}"][data-to="${CSS.escape(node)}"]`))
        if (!outcome || edge.getAttribute("data-outcome") === outcome) edge.classList.add("walked");
    for (const each of this.#all(".node.here")) each.classList.remove("here");
    const found = this.#node(node);
    found?.classList.add("here", "walked");
    if (found) this.#view.reveal(found);
    this.#at = node;
  }

  clear(): void {
    this.#at = "";
    for (const each of this.#all(".here, .walked, .selected")) each.classList.remove("here", "walked", "selected");
  }

  fit(): void {
    this.#view.fit();
  }

  /** How many calls took each outcome of each node; what nobody took is pale. */
  traffic(counts: Record<string, Record<string, number>>): void {
    this.#counts = counts;
    for (const each of this.#all(".count")) each.remove();
    const most = Math.max(1, ...Object.values(counts).flatMap((outcomes) => Object.values(outcomes)));
    for (const node of this.#all<SVGGElement>(".node[data-node]")) {
      const outcomes = counts[node.getAttribute("data-node") ?? ""];
      const sum = Object.values(outcomes ?? {}).reduce((one, other) => one + other, 0);
      node.classList.toggle("unvisited", !sum);
      if (sum) node.append(this.#badge(node, sum));
    }
    for (const edge of this.#all(".edge[data-from]")) {
      const took = counts[edge.getAttribute("data-from") ?? ""]?.[edge.getAttribute("data-outcome") ?? ""] ?? 0;
      edge.classList.toggle("unvisited", !took);
      edge.setAttribute("stroke-width", took ? String(1.5 + (4.5 * took) / most) : "1");
    }
  }

  #put(svg: SVGSVGElement): void {
    const anew = !this.#flow || this.#flow !== svg.getAttribute("data-flow");
    this.#flow = svg.getAttribute("data-flow") ?? "";
    this.#frame.replaceChildren(svg);
    this.#view.show(svg, anew);
    for (const node of this.#all<SVGGElement>(".node[data-node]")) {
      const name = node.getAttribute("data-node") ?? "";
      node.setAttribute("tabindex", "0");
      node.setAttribute("role", "button");
      node.setAttribute("aria-label", `${name}, ${node.getAttribute("data-type") ?? ""}`);
    }
    this.#list.replaceChildren(...this.#rows());
    for (const name of JSON.parse(this.dataset["walk"] ?? "[]") as string[]) this.walk(name);
    if (Object.keys(this.#counts).length) this.traffic(this.#counts);
  }

  #rows(): HTMLElement[] {
    return this.#all(".node[data-node]").map((node) => {
      const name = node.getAttribute("data-node") ?? "";
      const ways = this.#all(`.edge[data-from="${CSS.escape(name)}"]`).map(
        (edge) => `${edge.getAttribute("data-outcome")} → ${edge.getAttribute("data-to")}`,
      );
      const choose = () => this.#choose(name, node);
      return h("li", {}, h("button", { class: "button quiet small", type: "button", click: choose }, `${name} (${node.getAttribute("data-type")})`),
        h("span", { class: "soft small" }, ways.join(", ")));
    });
  }

  #tools(): HTMLElement {
    const tool = (name: string, label: string, act: () => void) =>
      h("button", { class: "button icon-only small", type: "button", "aria-label": label, title: label, click: act }, icon(name));
    return h("div", { class: "graph-tools", role: "group", "aria-label": t("Picture") },
      tool("zoom-in", t("Larger"), () => this.#view.zoom(1.25)),
      tool("zoom-out", t("Smaller"), () => this.#view.zoom(0.8)),
      tool("zoom-fit", t("All of it"), () => this.#view.fit()),
      tool("columns", t("List of the nodes"), () => (this.#list.hidden = !this.#list.hidden)));
  }

  #clicked(event: MouseEvent): void {
    const node = event.target instanceof Element ? event.target.closest(".node[data-node]") : null;
    if (node && !this.#view.dragged) this.#choose(node.getAttribute("data-node") ?? "", node);
  }

  #key(event: KeyboardEvent): void {
    const node = event.target instanceof Element ? event.target.closest(".node[data-node]") : null;
    if (node && (event.key === "Enter" || event.key === " ")) this.#choose(node.getAttribute("data-node") ?? "", node);
    else if (!this.#view.key(event)) return;
    event.preventDefault();
    event.stopPropagation();
  }

  #choose(node: string, element: Element): void {
    this.select(node);
    const line = Number(element.getAttribute("data-line") ?? element.querySelector("[data-line]")?.getAttribute("data-line") ?? 0);
    tell(this, "ivory:node", { node, line });
  }

  #badge(node: SVGGElement, count: number): SVGElement {
    const box = (node.querySelector<SVGGraphicsElement>(".shape") ?? node).getBBox();
    const text = document.createElementNS("http://www.w3.org/2000/svg", "text");
    text.setAttribute("class", "count");
    text.setAttribute("x", String(box.x + box.width - 6));
    text.setAttribute("y", String(box.y - 5));
    text.textContent = number.format(count);
    return text;
  }

  #node(name: string): SVGGElement | null {
    return this.#frame.querySelector(`.node[data-node="${CSS.escape(name)}"]`);
  }

  #all<E extends Element = Element>(selector: string): E[] {
    return [...this.#frame.querySelectorAll<E>(selector)];
  }
}

customElements.define("ivory-graph", FlowGraph);
