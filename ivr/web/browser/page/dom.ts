// Making elements and listening to them: the little that every script here needs.

type Child = Node | string | null | undefined | false;
type Attributes = Record<string, string | number | boolean | null | undefined | EventListener>;

/** An element. Attributes that are false, null or undefined are left out; a function listens (`click: …`). */
export function h<K extends keyof HTMLElementTagNameMap>(
  tag: K,
  attributes: Attributes = {},
  ...children: Child[]
): HTMLElementTagNameMap[K] {
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) {
    if (typeof value === "function") element.addEventListener(name, value);
    else if (value !== false && value !== null && value !== undefined)
      element.setAttribute(name, value === true ? "" : String(value));
  }
  element.append(...children.filter((each): each is Node | string => each !== null && each !== undefined && each !== false));
  return element;
}

const SVG = "http://www.w3.org/2000/svg";
let icons = "";

/** One of static/icons.svg. */
export function icon(name: string): SVGElement {
  const element = document.createElementNS(SVG, "svg");
  element.setAttribute("class", "icon");
  element.setAttribute("aria-hidden", "true");
  const use = document.createElementNS(SVG, "use");
  icons ||= meta("icons") || "/static/icons.svg";
  use.setAttribute("href", `${icons}#${name}`);
  element.append(use);
  return element;
}

/** Listen for an event on everything that fits `selector`, now or later. */
export function on<K extends keyof DocumentEventMap>(
  kind: K,
  selector: string,
  act: (target: HTMLElement, event: DocumentEventMap[K]) => void,
): void {
  document.addEventListener(kind, (event) => {
    const target = event.target instanceof Element ? event.target.closest<HTMLElement>(selector) : null;
    if (target) act(target, event);
  });
}

/** What fits, below `root`. */
export function all<E extends HTMLElement = HTMLElement>(selector: string, root: ParentNode = document): E[] {
  return [...root.querySelectorAll<E>(selector)];
}

/** Tell whoever listens; the event bubbles. Returns false when a listener called it off. */
export function tell(target: EventTarget, name: `ivory:${string}`, detail: unknown = {}, cancelable = false): boolean {
  return target.dispatchEvent(new CustomEvent(name, { bubbles: true, cancelable, detail }));
}

/** What a `<meta name>` of the page says. */
export function meta(name: string): string {
  return document.querySelector<HTMLMetaElement>(`meta[name="${name}"]`)?.content ?? "";
}

/** The path of this page, with what it asks for. */
export function here(): string {
  return location.pathname + location.search;
}
