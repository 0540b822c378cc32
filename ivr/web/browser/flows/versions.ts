// An earlier version as the draft again, with a way back to what the draft was.

import { type Answer, Refused } from "../api/answer.ts";
import { complain, send } from "../api/send.ts";
import { t } from "../messages.ts";
import { confirm } from "../page/dialogs.ts";
import { on } from "../page/dom.ts";
import { toastLater } from "../page/toasts.ts";

export function versions(): void {
  on("click", "[data-restore]", (button) => void restore(button));
}

async function restore(button: HTMLElement): Promise<void> {
  const { restore: from = "", restoreName: name = "", restoreTo: to = "" } = button.dataset;
  const path = `/api/v1/flows/${name}`;
  const question = t("Take this version as the draft of {name}?", { name });
  if (!(await confirm(question, { detail: t("What the draft is now is replaced. Nothing changes for callers until you publish."), button: t("Take it") }))) return;
  try {
    const draft = await there(path);
    const { text } = (await send("GET", from)).data as { text: string };
    await send("PUT", path, draft ? { body: { text }, etag: draft.etag } : { body: { text }, ifNoneMatch: true });
    const before = (draft?.data as { text: string } | undefined)?.text;
    toastLater(t("The draft is that version now"), before === undefined ? undefined : JSON.stringify({ method: "PUT", path, body: { text: before } }));
    location.assign(to);
  } catch (error) {
    complain(error);
  }
}

async function there(path: string): Promise<Answer | undefined> {
  try {
    return await send("GET", path);
  } catch (error) {
    if (error instanceof Refused && error.status === 404) return undefined;
    throw error;
  }
}
