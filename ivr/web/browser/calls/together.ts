// A step of the story and its node of the picture are one: whoever chooses the one sees the other.

import { all } from "../page/dom.ts";

interface Picture extends HTMLElement {
  select(node: string): void;
}

export function together(): void {
  const picture = document.querySelector<Picture>("ivory-graph");
  if (!picture) return;
  const flow = new URL(picture.dataset["src"] ?? "", location.href).searchParams.get("flow");
  const steps = all("[data-node][data-flow]").filter((step) => step.dataset["flow"] === flow);
  const choose = (node: string) => {
    for (const step of steps) step.toggleAttribute("data-chosen", step.dataset["node"] === node);
  };
  for (const step of steps)
    step.addEventListener("click", (event) => {
      if (event.target instanceof Element && event.target.closest("a, button")) return;
      picture.select(step.dataset["node"] ?? "");
      choose(step.dataset["node"] ?? "");
    });
  picture.addEventListener("ivory:node", (event) => {
    const { node } = (event as CustomEvent<{ node: string }>).detail;
    choose(node);
    steps.find((step) => step.dataset["node"] === node)?.scrollIntoView({ block: "nearest", behavior: "smooth" });
  });
}
