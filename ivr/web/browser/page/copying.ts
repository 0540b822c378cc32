// Buttons that copy something.

import { t } from "../messages.ts";
import { on } from "./dom.ts";
import { toast } from "./toasts.ts";

export function copying(): void {
  on("click", "[data-copy], [data-copy-from]", async (button) => {
    const from = button.dataset["copyFrom"];
    const source = from ? document.querySelector<HTMLElement>(from) : null;
    const words = source instanceof HTMLInputElement || source instanceof HTMLTextAreaElement ? source.value : source?.textContent;
    await copy(words ?? button.dataset["copy"] ?? "");
  });
}

/** Put words where they can be pasted from. */
export async function copy(words: string): Promise<void> {
  try {
    await navigator.clipboard.writeText(words);
    toast(t("Copied"), { seconds: 2 });
  } catch {
    // Without https browsers have no clipboard: the words are shown, selected.
    window.prompt(t("Copy this"), words);
  }
}
