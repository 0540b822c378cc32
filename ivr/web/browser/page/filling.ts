// One dialog for all rows of a table: the button of a row fills it with that row's values, and says where it is sent.

import { open } from "./dialogs.ts";
import { all, h, on } from "./dom.ts";

export function filling(): void {
  on("click", "[data-fill]", (button) => {
    const dialog = document.getElementById(button.dataset["fill"] ?? "");
    const form = dialog?.querySelector("form");
    if (!(dialog instanceof HTMLDialogElement) || !form) return;
    form.reset();
    const { values = "{}", fillApi, fillEtag } = button.dataset;
    if (fillApi) form.dataset["api"] = fillApi;
    if (fillEtag) form.dataset["etag"] = fillEtag;
    fill(form, JSON.parse(values) as Record<string, unknown>);
    open(dialog);
  });
}

function fill(form: HTMLFormElement, values: Record<string, unknown>): void {
  for (const [name, value] of Object.entries(values)) {
    const field = form.elements.namedItem(name);
    if (field instanceof HTMLInputElement && field.type === "checkbox") field.checked = Boolean(value);
    else if (field instanceof HTMLInputElement) field.value = String(value);
    else if (field instanceof HTMLSelectElement) choose(field, String(value));
    for (const place of all(`[data-value="${CSS.escape(name)}"]`, form)) place.textContent = String(value);
  }
}

/** What a row has stays as it is, also where it is no longer among what there is to choose. */
function choose(field: HTMLSelectElement, value: string): void {
  if (![...field.options].some((option) => option.value === value)) field.append(h("option", { value }, value));
  field.value = value;
}
