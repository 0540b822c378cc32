// Buttons that change something: asked about first where that is wise, and undone where that can be.

import { t } from "../messages.ts";
import { confirm } from "../page/dialogs.ts";
import { on, tell } from "../page/dom.ts";
import { toast, toastLater } from "../page/toasts.ts";
import { Refused } from "./answer.ts";
import { go } from "./forms.ts";
import { present } from "./present.ts";
import { complain, send } from "./send.ts";

/** A way back: one request. */
interface Undo {
  method: string;
  path: string;
  body?: unknown;
  anew?: boolean;
}

export function actions(): void {
  on("click", "[data-api]:not(form)", (button, event) => {
    event.preventDefault();
    if (button.getAttribute("aria-busy") !== "true") void act(button);
  });
}

/** What was kept from the page before, as something that can be done. */
export function undoing(kept: string): () => Promise<void> {
  return () => undone(JSON.parse(kept) as Undo);
}

async function act(button: HTMLElement): Promise<void> {
  const { api = "", confirm: question, confirmDetail, confirmButton, confirmWord, body, etag, done, then = "", show } = button.dataset;
  const [method = "POST", path = ""] = api.split(/\s+/, 2);
  const danger = method === "DELETE" || button.matches(".danger");
  const asked = { detail: confirmDetail, button: confirmButton ?? button.textContent?.trim(), danger, word: confirmWord };
  if (question && !(await confirm(question, asked))) return;
  button.setAttribute("aria-busy", "true");
  try {
    const back = await wayBack(button, method, path);
    const answer = await send(method, path, { etag, ...(body ? { body: JSON.parse(body) } : {}) });
    if (!tell(button, "ivory:done", answer.data, true)) return;
    if (show) present(show, answer.data);
    after(button, done ?? (back ? t("Done") : ""), then, back);
  } catch (error) {
    if (error instanceof Refused && error.status === 412)
      toast(t("Somebody has changed it meanwhile"), { tone: "bad", actions: { [t("Load again")]: () => go("reload") } });
    else complain(error);
  } finally {
    button.removeAttribute("aria-busy");
  }
}

/** How it could be undone; what is deleted is read before it is gone. */
async function wayBack(button: HTMLElement, method: string, path: string): Promise<Undo | undefined> {
  const { undo, undoPath, undoBody, undoKeep } = button.dataset;
  if (undo === undefined) return undefined;
  if (undo) {
    const [back = "POST", to = ""] = undo.split(/\s+/, 2);
    return { method: back, path: to, ...(undoBody ? { body: JSON.parse(undoBody) } : {}) };
  }
  if (method !== "DELETE") return undefined;
  const { data } = await send("GET", path);
  return { method: "PUT", path: undoPath ?? path, body: undoKeep ? picked(data, undoKeep.split(" ")) : data, anew: true };
}

/** Of what was read, what may be written. */
function picked(data: unknown, names: string[]): unknown {
  return Object.fromEntries(Object.entries(data as object).filter(([name]) => names.includes(name)));
}

function after(button: HTMLElement, words: string, then: string, back: Undo | undefined): void {
  if (then === "reload" || then.startsWith("/")) {
    if (words) toastLater(words, back && JSON.stringify(back));
    return go(then);
  }
  const row = then === "remove" ? button.closest<HTMLElement>("[data-row]") : null;
  const [parent, next] = [row?.parentElement, row?.nextSibling];
  row?.remove();
  const putBack = row && parent ? () => parent.insertBefore(row, next?.parentNode === parent ? next : null) : undefined;
  if (words) toast(words, { undo: back && (() => undone(back, putBack)) });
}

/** Undo it; the page is loaded anew where what is back cannot be `putBack`. */
async function undone({ method, path, body, anew }: Undo, putBack?: () => unknown): Promise<void> {
  try {
    await send(method, path, { ...(body === undefined ? {} : { body }), ifNoneMatch: anew ?? false });
    if (!putBack) {
      toastLater(t("Undone"));
      return go("reload");
    }
    putBack();
    toast(t("Undone"));
  } catch (error) {
    complain(error);
  }
}
