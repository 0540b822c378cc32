// A telephone beside the flow: the graph walks with the call, and its variables stand below.

import { all, h, on } from "../page/dom.ts";
import { graph } from "./parts.ts";

interface Step {
  node: string;
  outcome?: string;
  flow?: string;
  variables?: Record<string, unknown>;
}

export function trying(): void {
  const panel = document.querySelector<HTMLElement>("#phone");
  const buttons = all("[data-try]");
  const name = panel?.querySelector<HTMLElement>("ivory-phone")?.dataset["flow"];
  if (!panel || !buttons.length) return;
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
  if (new URLSearchParams(location.search).has("try")) show(true);
}

function write(list: Element | null, variables: Record<string, unknown>): void {
  const rows = Object.entries(variables).filter(([, value]) => value !== null && value !== "");
  list?.replaceChildren(
    ...rows.map(([name, value]) => h("div", {}, h("dt", {}, name), h("dd", {}, typeof value === "string" ? value : JSON.stringify(value)))),
  );
}
