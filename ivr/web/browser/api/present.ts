// Showing what an answer brought, once: a link, a secret. `data-show="#dialog"` opens it, `data-show-text="link"` in
// it is filled.

import { open } from "../page/dialogs.ts";
import { all } from "../page/dom.ts";

export function present(selector: string, data: unknown): void {
  const place = document.querySelector<HTMLElement>(selector);
  if (!place) return;
  const values = (data ?? {}) as Record<string, unknown>;
  for (const element of all("[data-show-text]", place))
    element.textContent = String(values[element.dataset["showText"] ?? ""] ?? "");
  if (place instanceof HTMLDialogElement) open(place);
  else place.hidden = false;
}
