// What the page tells of the flow (what serves, what is saved, and when) is read anew after it was saved or decided
// about; the editor, the picture and a call that is under way stay.

import { all } from "../page/dom.ts";

/** Put what the server says now into every `data-renewed`. What cannot be read stays as it was. */
export async function renew(): Promise<void> {
  const answer = await fetch(location.pathname, { headers: { Accept: "text/html" } }).catch(() => undefined);
  if (!answer?.ok) return;
  const page = new DOMParser().parseFromString(await answer.text(), "text/html");
  for (const old of all("[data-renewed]")) {
    const now = page.querySelector<HTMLElement>(`[data-renewed="${old.dataset["renewed"] ?? ""}"]`);
    if (!now || old.closest("dialog[open]")) continue;
    Object.assign(old.dataset, now.dataset);
    if (old.innerHTML !== now.innerHTML) old.replaceChildren(...now.childNodes);
  }
  document.dispatchEvent(new CustomEvent("ivory:fragment"));
}
