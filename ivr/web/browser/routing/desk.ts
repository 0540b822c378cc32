// An agent's own page: a call that comes says so, also in the title, while the agent looks elsewhere.

import { t } from "../messages.ts";
import { on } from "../page/dom.ts";

interface Phone extends HTMLElement {
  hangUp(): void;
  knows?(who: string): void;
}

export function desk(): void {
  const holder = document.querySelector<HTMLElement>("[data-desk]");
  if (!holder) return;
  const title = document.title;
  const look = () => {
    const offered = holder.querySelector("[data-offered]");
    document.title = offered ? `● ${t("A call")}: ${offered.textContent?.trim() ?? ""}` : title;
    const who = holder.querySelector<HTMLElement>("[data-calls]")?.dataset["calls"] ?? "";
    document.querySelector<Phone>("ivory-phone")?.knows?.(who);
  };
  document.addEventListener("ivory:fragment", look);
  look();
  void customElements.whenDefined("ivory-phone").then(look);
  on("change", "[data-be]", (select) => {
    if (select instanceof HTMLSelectElement) location.assign(`/agent?as=${encodeURIComponent(select.value)}`);
  });
  on("click", "[data-phone-hang-up]", () => document.querySelector<Phone>("ivory-phone")?.hangUp());
}
