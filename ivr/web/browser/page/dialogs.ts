// Dialogs: those of the page, opened by a button, and questions that scripts ask. One with `data-keeps` shows what is
// shown once: nothing closes it but its own button.

import { t } from "../messages.ts";
import { all, h, icon, on } from "./dom.ts";

export interface Choice {
  label: string;
  /** What the question's promise says. */
  value: string;
  kind?: "primary" | "danger" | "";
}

/** Buttons that open and close the page's own dialogs. */
export function dialogs(): void {
  on("click", "[data-dialog]", (button) => {
    const dialog = document.getElementById(button.dataset["dialog"] ?? "");
    if (dialog instanceof HTMLDialogElement) open(dialog);
  });
  on("click", "dialog [data-close]", (button, event) => {
    event.preventDefault();
    button.closest("dialog")?.close();
    if (button.dataset["then"] === "reload") location.reload();
  });
  on("click", "dialog", (dialog, event) => {
    // A click on the veil, which belongs to the dialog itself.
    if (event.target !== dialog || !(dialog instanceof HTMLDialogElement) || !outside(dialog, event)) return;
    if (keeps(dialog)) stay(dialog);
    else dialog.close();
  });
  // A browser asks a dialog once, and closes it at the second Escape without a word: so the key itself is stopped.
  addEventListener("keydown", (event) => {
    const dialog = event.key === "Escape" ? all<HTMLDialogElement>("dialog[open]").pop() : undefined;
    if (!dialog || !keeps(dialog)) return;
    event.preventDefault();
    stay(dialog);
  });
  addEventListener("cancel", (event) => keeps(event.target) && event.preventDefault(), { capture: true });
  addEventListener("beforeunload", (event) => all<HTMLDialogElement>("dialog[open]").some(keeps) && event.preventDefault());
}

/** Whether it stays until it is told. */
function keeps(dialog: EventTarget | null): boolean {
  return dialog instanceof HTMLDialogElement && "keeps" in dialog.dataset;
}

/** It does: the button that closes it is where the eye goes. */
function stay(dialog: HTMLDialogElement): void {
  dialog.querySelector<HTMLElement>(".dialog-foot [data-close]")?.focus();
}

/** Show a dialog over the page, with its first field focused. */
export function open(dialog: HTMLDialogElement): void {
  dialog.showModal();
  dialog.querySelector<HTMLElement>("[autofocus], input:not([type=hidden]), select, textarea")?.focus();
}

/** Ask something; the chosen value, or "" when the question is closed. */
export function ask(title: string, body: (Node | string)[], choices: Choice[], large = false): Promise<string> {
  const heading = `question-${Math.random().toString(36).slice(2, 8)}`;
  const form = h(
    "form",
    { method: "dialog" },
    h(
      "header",
      { class: "dialog-head" },
      h("h2", { id: heading }, title),
      h("button", { class: "button quiet icon-only", type: "button", "aria-label": t("Close"), "data-close": true }, icon("close")),
    ),
    h("div", { class: "dialog-body" }, ...body.map((each) => (typeof each === "string" ? h("p", {}, each) : each))),
    h(
      "footer",
      { class: "dialog-foot" },
      // Enter in a field is the first button that submits: what only closes must not be one.
      ...choices.map(({ label, value, kind }) =>
        value
          ? h("button", { class: `button ${kind === "danger" ? "danger primary" : (kind ?? "")}`, value, formnovalidate: !kind }, label)
          : h("button", { class: `button ${kind ?? ""}`, type: "button", "data-close": true }, label),
      ),
    ),
  );
  const dialog = h("dialog", { class: large ? "dialog large" : "dialog", "aria-labelledby": heading }, form);
  const before = document.activeElement;
  document.body.append(dialog);
  return new Promise((resolve) => {
    dialog.addEventListener("close", () => {
      dialog.remove();
      if (before instanceof HTMLElement && before.isConnected) before.focus();
      resolve(dialog.returnValue);
    });
    dialog.showModal();
    const first = dialog.querySelector<HTMLElement>(".dialog-body input, .dialog-foot .button:not(.danger)");
    first?.focus();
  });
}

export interface Confirmation {
  detail?: string | undefined;
  button?: string | undefined;
  danger?: boolean;
  /** A word that has to be typed first. */
  word?: string | undefined;
}

/** Whether somebody really wants it. */
export async function confirm(question: string, { detail, button, danger = false, word }: Confirmation = {}): Promise<boolean> {
  const body: (Node | string)[] = detail ? [detail] : [];
  if (word) {
    const field = h("input", { id: "confirm-word", autocomplete: "off", required: true, pattern: escaped(word) });
    body.push(h("div", { class: "field" }, h("label", { for: "confirm-word" }, t("Type {word} to go on", { word })), field));
  }
  const choices: Choice[] = [
    { label: t("Cancel"), value: "" },
    { label: button ?? t("OK"), value: "yes", kind: danger ? "danger" : "primary" },
  ];
  return (await ask(question, body, choices)) === "yes";
}

/** A word as a pattern of `<input pattern>`, where signs mean themselves. */
function escaped(word: string): string {
  return word.replace(/[\\^$.*+?()[\]{}|/&~!#%,:;<=>@`-]/g, "\\$&");
}

function outside(dialog: HTMLDialogElement, { clientX: x, clientY: y }: MouseEvent): boolean {
  const box = dialog.getBoundingClientRect();
  return x < box.left || x > box.right || y < box.top || y > box.bottom;
}
