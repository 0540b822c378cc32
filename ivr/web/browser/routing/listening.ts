// A supervisor who wants to listen, speak or take over: the telephone they are at is rung.

import { complain, send } from "../api/send.ts";
import { t } from "../messages.ts";
import { on, tell } from "../page/dom.ts";
import { toast } from "../page/toasts.ts";

export function listening(): void {
  on("submit", "form[data-listen]", (form, event) => {
    event.preventDefault();
    const at = form.querySelector<HTMLInputElement>('[name="at"]')?.value.trim();
    const how = event.submitter instanceof HTMLButtonElement ? event.submitter.value : "monitor";
    if (at) void listen(form, how, at);
  });
}

async function listen(form: HTMLElement, how: string, at: string): Promise<void> {
  try {
    await send("POST", `/api/v1/agents/${encodeURIComponent(form.dataset["listen"] ?? "")}/${how}`, { body: { at } });
    toast(t("{at} rings", { at }));
    tell(form, "ivory:done");
  } catch (error) {
    complain(error);
  }
}
