// One dialog renames whichever flow it was opened for.

import { open } from "../page/dialogs.ts";
import { on } from "../page/dom.ts";

export function renaming(): void {
  const dialog = document.querySelector<HTMLDialogElement>("dialog#rename");
  const form = dialog?.querySelector("form");
  if (!dialog || !form) return;
  on("click", "[data-rename]", (button) => {
    const name = button.dataset["rename"] ?? "";
    form.dataset["api"] = `POST /api/v1/flows/${encodeURIComponent(name)}/rename`;
    const field = form.querySelector<HTMLInputElement>("[name=name]");
    if (field) field.value = name;
    open(dialog);
    field?.select();
  });
}
