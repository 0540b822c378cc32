// What is wrong with a form: said at its fields, where whoever wrote it looks next.

import { t } from "../messages.ts";
import { all, h, icon } from "../page/dom.ts";
import { toast } from "../page/toasts.ts";
import type { Fault } from "./answer.ts";
import type { Field, Read } from "./fields.ts";

/** Put each fault under its field and the others on top of the form; the first is where one goes on. */
export function blame(form: HTMLFormElement, title: string, faults: readonly Fault[], { at }: Read, hint = ""): void {
  clear(form);
  const homeless: Fault[] = [];
  let first: HTMLElement | undefined;
  for (const fault of faults) {
    const field = fieldAt(fault.path, at);
    if (!field) homeless.push(fault);
    else {
      mark(field, fault.detail);
      if (!first || field.compareDocumentPosition(first) & Node.DOCUMENT_POSITION_FOLLOWING) first = field;
    }
  }
  if (!first || homeless.length) {
    const place = problemOf(form);
    const lines = homeless.map(({ path, detail }) => h("p", {}, path ? `${path}: ${detail}` : detail));
    const told = h("div", {}, h("strong", {}, title), hint && h("p", {}, hint), ...lines);
    place.replaceChildren(h("div", { class: "notice bad" }, icon("alert"), told));
    place.hidden = false;
    first ??= place;
  }
  lead(first);
}

/** Go where something is wrong, out from under bars at the page's foot; a field's trouble is said aloud, too. */
export function lead(wrong: HTMLElement): void {
  open(wrong);
  wrong.focus({ preventScroll: true });
  (wrong.closest(".field") ?? wrong).scrollIntoView({ block: "center" });
  const said = document.getElementById(`${wrong.id}-error`)?.textContent;
  if (!said) return;
  const label = (wrong as Partial<Field>).labels?.[0]?.textContent?.trim() || wrong.ariaLabel;
  toast(label ? `${label}: ${said}` : said, { tone: "bad" });
}

/** Nothing is wrong any more, or not yet known to be. */
export function clear(form: HTMLFormElement): void {
  for (const field of all<Field>('[aria-invalid="true"]', form)) unmark(field);
  const place = form.querySelector<HTMLElement>(".form-problem");
  if (place) {
    place.hidden = true;
    place.replaceChildren();
  }
}

export function unmark(field: HTMLElement): void {
  field.removeAttribute("aria-invalid");
  const id = `${field.id}-error`;
  document.getElementById(id)?.remove();
  const rest = (field.getAttribute("aria-describedby") ?? "").split(" ").filter((each) => each && each !== id);
  if (rest.length) field.setAttribute("aria-describedby", rest.join(" "));
  else field.removeAttribute("aria-describedby");
}

/** The field of a place, or of the nearest place above it that has one. */
function fieldAt(path: string, at: ReadonlyMap<string, Field>): Field | undefined {
  for (let rest = path; rest; rest = rest.replace(/(\.[^.[]+|\[\d+\]|^[^.[]+)$/, "")) {
    const field = at.get(rest);
    if (field && field.type !== "hidden") return field;
  }
  return undefined;
}

let made = 0;

export function mark(field: Field, detail: string): void {
  field.id ||= `field-${++made}`;
  const id = `${field.id}-error`;
  const before = document.getElementById(id);
  if (before) return void before.append(` ${detail}`);
  const said = h("p", { class: "field-error", id }, detail || t("This is not right"));
  const holder = field.closest(".field, .check, .switch");
  if (holder?.matches(".field")) holder.append(said);
  else (holder ?? field).after(said);
  field.setAttribute("aria-invalid", "true");
  field.setAttribute("aria-describedby", [field.getAttribute("aria-describedby"), id].filter(Boolean).join(" "));
}

function problemOf(form: HTMLFormElement): HTMLElement {
  const there = form.querySelector<HTMLElement>(".form-problem");
  const place = there ?? h("div", { class: "form-problem" });
  if (!there) (form.querySelector(".dialog-body") ?? form).prepend(place);
  place.tabIndex = -1;
  return place;
}

/** A field in a folded part of the page is unfolded first. */
function open(field: HTMLElement): void {
  field.closest("details")?.setAttribute("open", "");
  const panel = field.closest<HTMLElement>('[role="tabpanel"][hidden]');
  if (panel) document.querySelector<HTMLElement>(`[data-tab="${panel.id}"]`)?.click();
}
