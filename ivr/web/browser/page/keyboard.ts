// Keys of the whole page. None acts while somebody types: a letter in a field is a letter.

import { t } from "../messages.ts";
import { ask } from "./dialogs.ts";
import { all, h } from "./dom.ts";

const PATIENCE = 1_200; // ms between `g` and where to

export function keyboard(): void {
  let going = 0;
  document.addEventListener("keydown", (event) => {
    if (event.defaultPrevented || event.metaKey || event.altKey || typing(event.target)) return;
    if (event.ctrlKey) return;
    if (going) {
      clearTimeout(going);
      going = 0;
      press(`[data-go="${CSS.escape(event.key)}"]`, event);
    } else if (event.key === "g") going = window.setTimeout(() => (going = 0), PATIENCE);
    else if (event.key === "/") find("[data-search]", event)?.focus();
    else if (event.key === "?") help(event);
    else if (event.key.length === 1) press(`[data-key="${CSS.escape(event.key)}"]`, event);
  });
}

/** Whether what a key means is somebody's text. */
export function typing(target: EventTarget | null): boolean {
  return target instanceof HTMLElement && (target.isContentEditable || target.closest("input, select, textarea, [data-keys]") !== null);
}

function find(selector: string, event: Event): HTMLElement | undefined {
  const dialog = all("dialog[open]").pop();
  const found = all(selector, dialog ?? document).find((each) => each.checkVisibility() || each.closest("[popover]"));
  if (found) event.preventDefault();
  return found;
}

function press(selector: string, event: Event): void {
  find(selector, event)?.click();
}

function help(event: Event): void {
  event.preventDefault();
  const keys: [string[], string][] = [
    [["?"], t("This list")],
    [["Ctrl", "S"], t("Save")],
    [["Esc"], t("Close")],
  ];
  if (all("[data-search]").length) keys.unshift([["/"], t("Search")]);
  for (const each of all("[data-key]")) keys.push([[each.dataset["key"] ?? ""], label(each)]);
  for (const each of all("[data-go]")) keys.push([["g", each.dataset["go"] ?? ""], label(each)]);
  const list = h("div", { class: "keys-list" });
  for (const [pressed, words] of keys) list.append(h("span", {}, ...pressed.map((key) => h("kbd", {}, key))), words);
  void ask(t("Keys"), [list], [{ label: t("Close"), value: "", kind: "primary" }]);
}

/** What a thing is called: its label, or its words without figures beside them. */
function label(of: HTMLElement): string {
  const words = of.querySelector(".badge") ? of.querySelector("span:not(.badge)")?.textContent : of.textContent;
  return (of.getAttribute("aria-label") ?? words ?? "").trim();
}
