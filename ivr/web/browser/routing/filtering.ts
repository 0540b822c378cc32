// Rows that hold what somebody typed; the others are hidden until it is gone.

import { all, on } from "../page/dom.ts";

export function filtering(): void {
  on("input", "[data-filter]", apply);
  on("change", "[data-filter-group]", apply);
  document.addEventListener("ivory:fragment", () => all("[data-filter], [data-filter-group]").forEach(apply));
}

function apply(from: HTMLElement): void {
  const table = document.querySelector(from.dataset["filter"] ?? from.dataset["filterGroup"] ?? "");
  if (!table) return;
  const typed = document.querySelector<HTMLInputElement>(`[data-filter="#${table.id}"]`)?.value.trim().toLowerCase() ?? "";
  const group = document.querySelector<HTMLSelectElement>(`[data-filter-group="#${table.id}"]`)?.value ?? "";
  for (const row of all("tbody tr", table)) {
    const fits = (!typed || (row.textContent ?? "").toLowerCase().includes(typed)) && (!group || (row.dataset["groups"] ?? "").split(" ").includes(group));
    row.hidden = !fits;
  }
}
