// Parts of the page that are fetched anew when an event says so: the server draws them, as it drew the page.

import { all, tell } from "../page/dom.ts";

const LEAST = 1_000; // ms between two fetches of one part
const due = new WeakMap<HTMLElement, number>();
const last = new WeakMap<HTMLElement, number>();

/** Fetch what this event concerns. */
export function refresh(event: string): void {
  for (const part of all("[data-live-fragment]")) {
    if (!(part.dataset["liveOn"] ?? event).split(" ").includes(event) || due.has(part)) continue;
    const wait = Math.max(0, (last.get(part) ?? 0) + LEAST - Date.now());
    due.set(part, window.setTimeout(() => void load(part), wait));
  }
}

async function load(part: HTMLElement): Promise<void> {
  last.set(part, Date.now());
  due.delete(part);
  try {
    const response = await fetch(part.dataset["liveFragment"] ?? "", { headers: { Accept: "text/html", "X-Fragment": "1" } });
    if (!response.ok) return;
    replace(part, await response.text());
  } catch {
    // The next event fetches it again; the badge tells of a stream that has stopped.
  }
}

/** New content, old focus: found again by id, or by what a row or link is about. Open menus wait. */
function replace(part: HTMLElement, html: string): void {
  if (part.querySelector("details[open]")) return;
  const focus = document.activeElement;
  const mark = part.contains(focus) ? markOf(focus) : "";
  const template = document.createElement("template");
  template.innerHTML = html;
  part.replaceChildren(template.content);
  if (mark) part.querySelector<HTMLElement>(mark)?.focus();
  tell(part, "ivory:fragment");
}

function markOf(element: Element | null): string {
  if (!element) return "";
  if (element.id) return `#${CSS.escape(element.id)}`;
  for (const name of ["href", "data-api", "name"]) {
    const value = element.getAttribute(name);
    if (value) return `[${name}="${CSS.escape(value)}"]`;
  }
  return "";
}
