// Beside the editor: the list of what is wrong, repairs, saving.

import { complain, send } from "../api/send.ts";
import { t } from "../messages.ts";
import { h, icon } from "../page/dom.ts";
import { toast } from "../page/toasts.ts";
import { type Editor, editor, type Finding } from "./parts.ts";
import { renew } from "./renewing.ts";

const MOST = 100;

export function writing(): void {
  void begin();
}

async function begin(): Promise<void> {
  const writer = await editor();
  const box = document.querySelector<HTMLElement>("[data-findings]");
  document.querySelector("[data-save-flow]")?.addEventListener("click", () => void writer?.save());
  if (!writer || !box) return;
  const [sum, list] = [box.querySelector<HTMLElement>("[data-findings-sum]"), box.querySelector<HTMLElement>("[data-findings-list]")];
  const repair = box.querySelector<HTMLButtonElement>("[data-fix-all]");
  writer.addEventListener("ivory:checked", (event) => {
    const { findings = [] } = (event as CustomEvent<{ findings?: Finding[] }>).detail;
    const errors = findings.filter(({ severity }) => severity === "error").length;
    sum?.replaceChildren(...summed(errors, findings.length - errors));
    list?.replaceChildren(...findings.slice(0, MOST).map((one) => row(one, writer)));
    box.classList.toggle("clean", !findings.length);
    found(errors);
    if (repair) repair.hidden = !findings.some(({ fix }) => fix);
  });
  writer.addEventListener("ivory:saved", () => void renew());
  repair?.addEventListener("click", (event) => {
    event.preventDefault(); // it stands in a <summary>
    void repaired(writer);
  });
}

/** At the head of the page: that the text, saved or not, has errors is said in place of what is saved. */
function found(errors: number): void {
  const [saved, written] = [document.querySelector<HTMLElement>("[data-renewed=state]"), document.querySelector<HTMLElement>("[data-written]")];
  if (!saved || !written) return;
  saved.hidden = errors > 0;
  written.hidden = errors === 0;
  written.textContent = counted(errors);
}

const counted = (errors: number) => (errors === 1 ? t("1 error") : t("{number} errors", { number: errors }));

function summed(errors: number, remarks: number): (Node | string)[] {
  if (!errors && !remarks) return [icon("check"), t("In order")];
  const parts: Node[] = [];
  if (errors) parts.push(h("span", { class: "badge bad" }, counted(errors)));
  if (remarks) parts.push(h("span", { class: "badge warn" }, remarks === 1 ? t("1 remark") : t("{number} remarks", { number: remarks })));
  return parts;
}

function row(one: Finding, writer: Editor): HTMLElement {
  const go = () => writer.goTo(one.line, one.column);
  return h(
    "li",
    { class: one.severity === "error" ? "bad" : "warn" },
    h(
      "button",
      { type: "button", class: "flow-finding", click: go },
      h("span", { class: "num soft" }, `${one.line}:${one.column}`),
      h("span", {}, h("span", { class: "flow-code" }, one.code), ` ${one.message}`, one.hint && h("span", { class: "soft" }, t("; ") + one.hint)),
    ),
  );
}

async function repaired(writer: Editor): Promise<void> {
  const name = writer.getAttribute("name") ?? "";
  try {
    const { data } = await send("POST", `/api/v1/flows/${name}/fix`, { body: { text: writer.text } });
    const { text, repaired, refused } = data as { text: string; repaired: number; refused: number };
    const before = writer.text;
    if (repaired) writer.text = text;
    const words = repaired === 1 ? t("1 finding repaired") : t("{number} findings repaired", { number: repaired });
    toast(refused ? `${words}${t("; ")}${t("the rest needs you")}` : words, { undo: repaired ? () => (writer.text = before) : undefined });
  } catch (error) {
    complain(error);
  }
}
