// A telephone beside the flow: the graph walks with the call, and its variables stand below. Whoever writes the flow
// hears what they wrote, which is saved first; or, if they choose so, what serves its callers.

import { complain, send } from "../api/send.ts";
import { t } from "../messages.ts";
import { all, h, on } from "../page/dom.ts";
import { editor, graph } from "./parts.ts";

interface Step {
  node: string;
  outcome?: string;
  flow?: string;
  variables?: Record<string, unknown>;
}

interface Phone extends HTMLElement {
  dialling: (to: string) => Promise<{ number: string; name: string } | undefined>;
}

export function trying(): void {
  const panel = document.querySelector<HTMLElement>("#phone");
  const buttons = all("[data-try]");
  const phone = panel?.querySelector<Phone>("ivory-phone");
  const name = phone?.dataset["flow"];
  if (!panel || !phone || !buttons.length) return;
  const show = (shown: boolean) => {
    panel.hidden = !shown;
    for (const button of buttons) if (button.ariaExpanded) button.ariaExpanded = String(shown);
    document.querySelector("[data-flow-desk]")?.classList.toggle("with-phone", shown);
  };
  on("click", "[data-try]", () => show(panel.hidden !== false));
  panel.addEventListener("ivory:call", (event) => {
    if ((event as CustomEvent<{ state: string }>).detail.state === "connecting") void graph().then((drawn) => drawn?.clear());
  });
  panel.addEventListener("ivory:step", (event) => {
    const step = (event as CustomEvent<Step>).detail;
    if (!step.flow || step.flow === name) void graph().then((drawn) => drawn?.walk(step.node, step.outcome));
    write(panel.querySelector("[data-variables]"), step.variables ?? {});
  });
  void customElements.whenDefined("ivory-phone").then(() => {
    const drafted = () => panel.querySelector<HTMLInputElement>("[data-hear=draft]")?.checked;
    phone.dialling = async (to) => (to === name && drafted() ? draft(to) : { number: to, name: to });
  });
  if (new URLSearchParams(location.search).has("try")) show(true);
}

/** What leads into the flow as it is written here. */
async function draft(flow: string): Promise<{ number: string; name: string } | undefined> {
  const writer = await editor();
  if (writer && !writer.saved) await writer.save();
  if (writer && !writer.saved) return undefined;
  try {
    const { data } = await send("POST", `/api/v1/flows/${encodeURIComponent(flow)}/trial`);
    return { number: (data as { number: string }).number, name: t("{flow}, the draft", { flow }) };
  } catch (error) {
    complain(error);
    return undefined;
  }
}

function write(list: Element | null, variables: Record<string, unknown>): void {
  const rows = Object.entries(variables).filter(([, value]) => value !== null && value !== "");
  list?.replaceChildren(
    ...rows.map(([name, value]) => h("div", {}, h("dt", {}, name), h("dd", {}, typeof value === "string" ? value : JSON.stringify(value)))),
  );
}
