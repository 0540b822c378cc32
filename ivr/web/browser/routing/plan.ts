// The plan as text: what is wrong with it, what saving would change, and where each finding stands.

import { t } from "../messages.ts";
import { h } from "../page/dom.ts";

interface Finding {
  line: number;
  column: number;
  code: string;
  severity: string;
  message: string;
  hint: string;
}

interface Check {
  findings: Finding[];
  changes: { where: string; old: string; new: string }[];
}

interface Editor extends HTMLElement {
  text: string;
  goTo(line: number, column?: number): void;
  save(): Promise<boolean>;
}

const MOST = 200;

export function plan(): void {
  const holder = document.querySelector("[data-plan]");
  const editor = holder?.querySelector<Editor>("ivory-editor");
  if (!holder || !editor) return;
  editor.addEventListener("ivory:checked", (event) => show(editor, (event as CustomEvent<Check>).detail));
  document.querySelector("[data-save-plan]")?.addEventListener("click", () => void editor.save());
  editor.addEventListener("ivory:saved", () => document.querySelector("[data-plan-changes]")?.setAttribute("hidden", ""));
}

function show(editor: Editor, { findings, changes }: Check): void {
  const errors = findings.filter(({ severity }) => severity === "error").length;
  const sum = document.querySelector("[data-plan-sum]");
  if (sum)
    sum.textContent = !findings.length
      ? t("The plan is in order")
      : [errors && t("{count} errors", { count: errors }), findings.length > errors && t("{count} warnings", { count: findings.length - errors })].filter(Boolean).join(", ");
  document.querySelector("[data-plan-findings]")?.replaceChildren(...findings.slice(0, MOST).map((one) => row(editor, one)));
  const box = document.querySelector<HTMLElement>("[data-plan-changes]");
  if (box) box.hidden = !changes.length;
  document.querySelector("[data-plan-changes-list]")?.replaceChildren(
    ...changes.slice(0, MOST).map((one) =>
      h("li", {}, h("code", {}, one.where), " ", one.old ? h("del", {}, one.old) : null, " ", one.new ? h("ins", {}, one.new) : null),
    ),
  );
}

function row(editor: Editor, one: Finding): HTMLElement {
  const go = h("button", { class: "button quiet small", type: "button", click: () => editor.goTo(one.line, one.column) }, t("line {line}", { line: one.line }));
  const tone = one.severity === "error" ? "bad" : "warn";
  return h("li", {}, go, h("span", { class: `badge ${tone}` }, one.code), h("span", {}, one.message, one.hint ? h("span", { class: "soft" }, ` ${one.hint}`) : null));
}
