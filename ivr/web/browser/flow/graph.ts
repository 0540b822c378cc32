// `<ivory-graph>`: the picture that Ivory draws of a flow, to move about in, to choose nodes in, and to watch calls
// walk through. Whoever cannot see it has a list of its nodes that says the same.

import { t } from "../messages.ts";
import { h, icon, tell } from "../page/dom.ts";
import { boxOf, type Counts, count, imported, nodeIn, parse, speakable, travel, uncount, ways } from "./drawing.ts";
import { apart } from "./portions.ts";
import { Viewport } from "./viewport.ts";

const HALF_CARD = 90; // of the drawing's own measure

export class FlowGraph extends HTMLElement {
  private svg: SVGSVGElement | undefined;
  private source = "";
  private view: Viewport | undefined;
  private counts: Counts | undefined;
  private walked: [node: string, outcome: string][] = [];
  private chosen = "";
  private readonly window = h("div", { class: "graph-window", role: "group", "aria-label": t("Picture of the flow"), tabindex: 0, "data-keys": "" });
  private readonly list = h("ol", { class: "graph-list", hidden: true, "aria-label": t("Nodes of the flow") });
  private readonly size = h("button", { type: "button", class: "button small num", title: t("As drawn"), click: () => this.view?.fit() });
  private readonly spoken = h("p", { class: "hidden-text", "aria-live": "polite" });

  connectedCallback(): void {
    if (this.view) return;
    const inside = this.querySelector("svg")?.outerHTML;
    this.replaceChildren(this.window, this.list, this.tools(), this.spoken, h("p", { class: "graph-old" }, t("The text has mistakes; this is how it was before them.")));
    this.view = new Viewport(this.window, (scale) => (this.size.textContent = `${Math.round(scale * 100)} %`));
    this.window.addEventListener("click", (event) => this.clicked(event));
    this.window.addEventListener("keydown", (event) => this.key(event));
    this.window.addEventListener("focusin", (event) => this.focused(event.target));
    const { src, walk } = this.dataset;
    if (walk) this.walked = (JSON.parse(walk) as (string | [string, string])[]).map((one) => (typeof one === "string" ? [one, ""] : one));
    if (inside) this.show(inside);
    else if (src) void this.fetch(src);
  }

  /** Show another picture; what was marked on the last one is marked on it. */
  show(source: string): void {
    this.removeAttribute("old");
    if (source === this.source || !this.view) return;
    this.source = source;
    void this.put(source);
  }

  /** In steps: a picture of hundreds of nodes is work for more than one turn of the page. */
  private async put(source: string): Promise<void> {
    const parsed = parse(source);
    await pause();
    const svg = parsed && this.source === source ? imported(parsed) : null;
    if (!svg) return;
    await pause();
    svg.setAttribute("role", "group"); // an image would hide its nodes from those who do not see it
    svg.setAttribute("aria-label", svg.querySelector("title")?.textContent ?? "");
    const start = startOf(svg);
    const portions = apart(svg);
    speakable(svg);
    if (this.source !== source || !this.view) return;
    const same = svg.dataset["flow"] === this.svg?.dataset["flow"];
    // The last picture is seen until this one is whole.
    svg.style.opacity = portions.length ? "0" : "";
    if (portions.length) this.window.append(svg);
    else this.window.replaceChildren(svg);
    this.view.show(svg, same, start);
    for (const portion of portions) {
      await pause();
      if (this.source !== source) return svg.remove();
      portion().forEach(speakable);
      svg.getBoundingClientRect(); // laid out now, and not with all the others
    }
    const focus = this.window.contains(document.activeElement) ? (document.activeElement as SVGElement).dataset["node"] : undefined;
    this.svg = svg;
    svg.style.opacity = "";
    for (const other of [...this.window.children]) if (other !== svg) other.remove();
    await pause();
    if (this.svg !== svg) return;
    this.write();
    if (this.counts) count(svg, this.counts);
    this.mark();
    if (focus) nodeIn(svg, focus)?.focus({ preventScroll: true });
  }

  /** Mark a node, and bring it into the window; "" marks none. */
  select(name: string): void {
    this.chosen = name;
    this.mark();
    const node = this.svg && name ? nodeIn(this.svg, name) : null;
    if (node && this.svg) this.view?.reveal(boxOf(this.svg, node));
  }

  /** A call is at this node now; `outcome` is that by which it left the one before. */
  walk(name: string, outcome = ""): void {
    const before = this.walked.at(-1);
    if (before) before[1] = outcome;
    this.walked.push([name, ""]);
    this.mark();
    const node = this.svg && nodeIn(this.svg, name);
    if (!this.svg || !node) return;
    const line = before && ways(this.svg, before[0], outcome, name).find((way) => way instanceof SVGPathElement);
    if (line instanceof SVGPathElement) travel(line);
    this.view?.reveal(boxOf(this.svg, node));
    this.spoken.textContent = t("The call is at {node}", { node: name });
  }

  /** Nobody walks any more. */
  clear(): void {
    this.walked = [];
    this.mark();
  }

  /** How many callers left each node by each outcome. */
  traffic(counts: Counts | null): void {
    this.counts = counts ?? undefined;
    if (this.svg) (counts ? count : uncount)(this.svg, counts ?? {});
    this.write();
  }

  fit(): void {
    this.view?.fit();
  }

  private async fetch(src: string): Promise<void> {
    try {
      const response = await fetch(src, { headers: { Accept: "image/svg+xml" } });
      if (!response.ok) throw new Error(String(response.status));
      this.show(await response.text());
    } catch {
      this.window.replaceChildren(h("div", { class: "empty" }, icon("graph"), h("p", {}, t("There is no picture of it yet: its text has mistakes, or it cannot be reached."))));
    }
  }

  private mark(): void {
    const { svg } = this;
    if (!svg) return;
    for (const name of ["selected", "here", "walked"]) for (const each of svg.querySelectorAll(`.${name}`)) each.classList.remove(name);
    if (this.chosen) nodeIn(svg, this.chosen)?.classList.add("selected");
    svg.classList.toggle("walking", this.walked.length > 0);
    this.walked.forEach(([name, outcome], index) => {
      const next = this.walked[index + 1];
      nodeIn(svg, name)?.classList.add("walked");
      if (next) for (const way of ways(svg, name, outcome, next[0])) way.classList.add("walked");
      else nodeIn(svg, name)?.classList.add("here");
    });
  }

  private choose(node: SVGElement | HTMLElement): void {
    const { node: name = "", line = "0" } = node.dataset;
    this.chosen = name;
    this.mark();
    tell(this, "ivory:node", { node: name, line: Number(line) });
  }

  private clicked(event: MouseEvent): void {
    if (this.view?.dragged || !(event.target instanceof Element)) return;
    const link = event.target.closest("a");
    if (link) {
      event.preventDefault();
      return this.select((link.getAttribute("href") ?? "").replace("#node-", ""));
    }
    const way = event.target.closest<SVGElement>("[data-from], [data-to]");
    const node = event.target.closest<SVGElement>("[data-node]");
    if (node) this.choose(node);
    else if (way) tell(this, "ivory:node", { node: way.dataset["from"] ?? way.dataset["to"] ?? "", line: Number(way.dataset["line"] ?? 0) });
  }

  private key(event: KeyboardEvent): void {
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    const { view } = this;
    const node = event.target instanceof SVGElement ? event.target.closest<SVGElement>("[data-node]") : null;
    const moves: Record<string, [number, number]> = { ArrowLeft: [-60, 0], ArrowRight: [60, 0], ArrowUp: [0, -60], ArrowDown: [0, 60] };
    const move = moves[event.key];
    if (move) view?.pan(...move);
    else if (event.key === "+" || event.key === "=") view?.zoom(true);
    else if (event.key === "-") view?.zoom(false);
    else if (event.key === "0") view?.fit();
    else if (node && (event.key === "Enter" || event.key === " ")) this.choose(node);
    else return;
    event.preventDefault();
  }

  private focused(target: EventTarget | null): void {
    // Only what keys have focused: a click is where it should be already.
    if (this.svg && target instanceof SVGGElement && target.matches(":focus-visible")) this.view?.reveal(boxOf(this.svg, target));
  }

  private tools(): HTMLElement {
    const button = (name: string, label: string, act: () => void) =>
      h("button", { type: "button", class: "button small icon-only", "aria-label": label, title: label, click: act }, icon(name));
    const list = button("queue", t("List of the nodes"), () => {
      this.list.hidden = !this.list.hidden;
      this.window.hidden = !this.list.hidden;
      list.setAttribute("aria-pressed", String(!this.list.hidden));
      this.write();
    });
    return h(
      "div",
      { class: "graph-tools button-group", role: "toolbar", "aria-label": t("Picture") },
      button("zoom-out", t("Smaller"), () => this.view?.zoom(false)),
      this.size,
      button("zoom-in", t("Larger"), () => this.view?.zoom(true)),
      button("zoom-fit", t("All of it"), () => this.view?.fit()),
      list,
    );
  }

  /** The list that says what the picture shows. */
  private write(): void {
    const { svg } = this;
    if (!svg || this.list.hidden) return;
    const ways = Map.groupBy(svg.querySelectorAll<SVGElement>(":is(.edge, .exit)[data-from]"), (way) => way.dataset["from"] ?? "");
    const items = [...svg.querySelectorAll<SVGElement>(".node[data-node]")].map((node) => {
      const { node: name = "", type = "" } = node.dataset;
      const leads = (ways.get(name) ?? []).map((way) => `${way.dataset["outcome"]} → ${way.dataset["to"]}`);
      const visits = Object.values(this.counts?.[name] ?? {}).reduce((sum, each) => sum + each, 0);
      return h(
        "li",
        {},
        h("button", { type: "button", class: "button quiet small", click: () => this.choose(node) }, h("strong", {}, name)),
        h("span", { class: "soft" }, ` ${type}`, this.counts ? ` · ${visits}` : ""),
        h("div", { class: "small" }, ...leads.map((lead) => h("span", { class: "graph-lead" }, lead))),
      );
    });
    this.list.replaceChildren(...items);
  }
}

/** Let the page breathe. */
function pause(): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve));
}

/** Where calls begin, from the left; read off the drawing, as nothing of it is laid out yet. */
function startOf(svg: SVGSVGElement): number {
  const steps = [];
  for (let part = svg.querySelector(".begin")?.parentElement; part && part !== (svg as Element); part = part.parentElement)
    steps.push(Number(/translate\(([-\d.]+)/.exec(part.getAttribute("transform") ?? "")?.[1] ?? 0));
  return steps.length ? steps.reduce((sum, each) => sum + each, 0) + HALF_CARD : svg.viewBox.baseVal.width / 2;
}

customElements.define("ivory-graph", FlowGraph);
