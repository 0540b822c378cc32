// Lists of rows in forms: a template, a button that adds one, a button in each that takes it away.

import { on, tell } from "../page/dom.ts";

export function rows(): void {
  on("click", "[data-add-row]", (button) => {
    const name = button.dataset["addRow"] ?? "";
    const form = button.closest("form") ?? document;
    const template = form.querySelector<HTMLTemplateElement>(`template[data-rows="${CSS.escape(name)}"]`);
    const row = template?.content.firstElementChild?.cloneNode(true);
    if (!template || !(row instanceof HTMLElement)) return;
    row.dataset["formRow"] = "";
    template.before(row);
    row.querySelector<HTMLElement>("input, select, textarea")?.focus();
    tell(row, "ivory:row");
    row.dispatchEvent(new Event("input", { bubbles: true }));
  });
  on("click", "[data-remove-row]", (button) => {
    const row = button.closest<HTMLElement>("[data-form-row], .field-row, tr");
    const next = row?.nextElementSibling?.querySelector<HTMLElement>("input, select, textarea");
    const form = button.closest("form");
    row?.remove();
    next?.focus();
    form?.dispatchEvent(new Event("input", { bubbles: true }));
  });
}
