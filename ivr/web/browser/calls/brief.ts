// A search that is sent on should be readable: what was left open is not in its address.

import { all } from "../page/dom.ts";

export function brief(): void {
  for (const form of all<HTMLFormElement>("form.search-form"))
    form.addEventListener("formdata", ({ formData }) => {
      for (const [name, value] of [...formData]) if (value === "") formData.delete(name);
      if (formData.has("from") || formData.has("to")) formData.delete("day");
    });
}
