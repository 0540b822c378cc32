// Light, dark, or as the system has it. The server reads the cookie, so a page never flashes in the wrong one.

import { all, meta, on } from "./dom.ts";

const COOKIE = "ivory_theme";
const YEAR = 365 * 24 * 3600;

export function theme(): void {
  show(document.documentElement.dataset["theme"] ?? "auto");
  on("click", "[data-theme-set]", (button) => {
    const chosen = button.dataset["themeSet"] ?? "auto";
    document.cookie = `${COOKIE}=${chosen}; path=/; max-age=${YEAR}; samesite=lax`;
    show(chosen);
    // Whoever is signed in has it elsewhere, too.
    if (document.body.matches(".shell, .board"))
      void fetch("/api/v1/me", {
        method: "PATCH",
        headers: { "Content-Type": "application/json", "X-CSRF-Token": meta("csrf-token") },
        body: JSON.stringify({ theme: chosen }),
      }).catch(() => {});
  });
}

/** Whether the page is dark now. */
export function dark(): boolean {
  const chosen = document.documentElement.dataset["theme"];
  return chosen === "dark" || (chosen !== "light" && matchMedia("(prefers-color-scheme: dark)").matches);
}

function show(chosen: string): void {
  document.documentElement.dataset["theme"] = chosen;
  for (const button of all("[data-theme-set]"))
    button.setAttribute("aria-pressed", String(button.dataset["themeSet"] === chosen));
  document.dispatchEvent(new CustomEvent("ivory:theme"));
}
