// Showing what an answer brought, once: a link, a secret. `data-show="#dialog"` opens it, `data-show-text="link"` in
// it is filled, `data-show-if="link"` is there where the answer has one, `data-show-if="!link"` where it has not.

import { open } from "../page/dialogs.ts";
import { all } from "../page/dom.ts";

export function present(selector: string, data: unknown): void {
  const place = document.querySelector<HTMLElement>(selector);
  if (!place) return;
  const values = (data ?? {}) as Record<string, unknown>;
  for (const element of all("[data-show-text]", place))
    element.textContent = written(values[element.dataset["showText"] ?? ""] ?? "");
  for (const element of all("[data-show-if]", place)) {
    const [, not, name = ""] = /^(!?)(.*)$/.exec(element.dataset["showIf"] ?? "") ?? [];
    element.hidden = Boolean(values[name]) === Boolean(not);
  }
  if (place instanceof HTMLDialogElement) open(place);
  else place.hidden = false;
}

function written(value: unknown): string {
  return typeof value === "object" ? JSON.stringify(value, null, 2) : String(value);
}
