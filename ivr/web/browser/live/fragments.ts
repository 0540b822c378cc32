// Parts of the page that are fetched anew when an event says so: the server draws them, as it drew the page.

import { going } from "../api/forms.ts";
import { all, tell } from "../page/dom.ts";

const LEAST = 250; // ms between two fetches of one part
const AGAIN = 2000; // ms after which a part is fetched again that could not be

/** A part that waits for its turn, or is on its way. */
interface Turn {
  at: number;
  timer: number;
  loading: boolean;
  again: boolean;
}

const turns = new WeakMap<HTMLElement, Turn>();

/** Where the mouse or a finger is down: what is pressed must be there still when it is let go. */
let pressed: EventTarget | null = null;

export function mindPresses(): void {
  document.addEventListener("pointerdown", ({ target }) => (pressed = target), true);
  for (const name of ["pointerup", "pointercancel"]) document.addEventListener(name, () => (pressed = null), true);
}

/** Fetch what is concerned: parts that name one of `touched` in `data-live-on`, or hold something that does. */
export function refresh(touched: ReadonlySet<string>): void {
  for (const part of all("[data-live-fragment]")) if (concerns(part, touched)) soon(part);
}

/** Fetch all of them, as nobody knows what was missed. */
export function refreshAll(): void {
  all("[data-live-fragment]").forEach(soon);
}

function concerns(part: HTMLElement, touched: ReadonlySet<string>): boolean {
  const named = (one: HTMLElement) => (one.dataset["liveOn"] ?? "").split(" ").some((name) => touched.has(name));
  return part.dataset["liveOn"] === undefined || named(part) || all("[data-live-on]", part).some(named);
}

function soon(part: HTMLElement): void {
  const turn = turns.get(part) ?? { at: Number.NEGATIVE_INFINITY, timer: 0, loading: false, again: false };
  turns.set(part, turn);
  if (turn.loading) turn.again = true;
  else turn.timer ||= window.setTimeout(() => void load(part, turn), Math.max(0, turn.at + LEAST - performance.now()));
}

async function load(part: HTMLElement, turn: Turn): Promise<void> {
  if (going()) return;
  Object.assign(turn, { at: performance.now(), timer: 0, loading: true, again: false });
  try {
    const response = await fetch(part.dataset["liveFragment"] ?? "", { headers: { Accept: "text/html", "X-Fragment": "1" } });
    if (response.status === 429 || response.status >= 500) throw new Error(`${response.status}`);
    if (response.ok && !response.redirected) replace(part, await response.text());
  } catch {
    Object.assign(turn, { at: performance.now() + AGAIN - LEAST, again: true });
  } finally {
    turn.loading = false;
    if (turn.again && part.isConnected) soon(part);
  }
}

/** New content; old focus, and what somebody types: found again by id, or by what it is about. It waits until
    open menus are closed, and until what is pressed is let go. */
function replace(part: HTMLElement, html: string): void {
  const menu = part.querySelector("details[open]");
  if (menu) {
    menu.addEventListener("toggle", () => soon(part), { once: true });
    return;
  }
  if (pressed instanceof Node && part.contains(pressed)) {
    document.addEventListener("pointerup", () => soon(part), { once: true });
    return;
  }
  const focus = document.activeElement;
  const mark = part.contains(focus) ? markOf(focus) : "";
  const typed = all<HTMLInputElement | HTMLTextAreaElement>("input[name], textarea[name]", part).filter(
    (field) => field.type !== "hidden" && field.value !== field.defaultValue,
  );
  const template = document.createElement("template");
  template.innerHTML = html;
  for (const field of typed) {
    const anew = template.content.querySelector(markOf(field));
    if (anew instanceof HTMLInputElement || anew instanceof HTMLTextAreaElement) anew.value = field.value;
  }
  part.replaceChildren(template.content);
  if (mark) part.querySelector<HTMLElement>(mark)?.focus();
  tell(part, "ivory:fragment");
}

function markOf(element: Element | null): string {
  if (!element) return "";
  if (element.id) return `#${CSS.escape(element.id)}`;
  for (const name of ["href", "data-api", "name"]) {
    const value = element.getAttribute(name);
    const which = name === "name" && element instanceof HTMLButtonElement ? `[value="${CSS.escape(element.value)}"]` : "";
    if (value) return `[${name}="${CSS.escape(value)}"]${which}`;
  }
  return "";
}
