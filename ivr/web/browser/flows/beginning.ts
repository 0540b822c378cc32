// A new flow: the picture of what it begins with, its languages, and a name that is free.

import { all, h } from "../page/dom.ts";

export function beginning(): void {
  const dialog = document.querySelector<HTMLDialogElement>("dialog#new");
  const form = dialog?.querySelector("form");
  if (!dialog || !form) return;
  const picture = form.querySelector<HTMLImageElement>("[data-preview]");
  const languages = form.querySelector<HTMLSelectElement>("#languages");
  const name = form.querySelector<HTMLInputElement>("#name");
  const taken = new Set(all<HTMLAnchorElement>(".row-link").map((link) => link.pathname.split("/").pop()));
  let offered = "";

  const choose = () => {
    const chosen = form.querySelector<HTMLInputElement>("[name=template]:checked");
    if (!chosen) return;
    if (picture) picture.src = chosen.dataset["picture"] ?? "";
    if (languages) {
      const spoken = (chosen.dataset["languages"] ?? "").split(" ").filter(Boolean);
      languages.replaceChildren(...spoken.map((tag, index) => h("option", { value: index ? tag : "" }, tag)));
    }
    if (name && name.value === offered) name.value = offered = free(chosen.value === "smallest" ? "" : chosen.value, taken);
  };
  form.addEventListener("change", (event) => {
    if (event.target instanceof HTMLInputElement && event.target.name === "template") choose();
  });
  // The picture of a dialog that nobody opens is not fetched.
  new MutationObserver(() => dialog.open && choose()).observe(dialog, { attributeFilter: ["open"] });
}

/** A name nobody has: `hotline`, else `hotline_2`. */
export function free(wish: string, taken: ReadonlySet<string | undefined>): string {
  let name = wish;
  for (let number = 2; name && taken.has(name); number++) name = `${wish}_${number}`;
  return name;
}
