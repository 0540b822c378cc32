// The fields of a form on the page: reading them, and saying at each what is wrong with it.

import { t } from "../messages.ts";
import { all, h, icon } from "../page/dom.ts";
import type { Fault } from "./answer.ts";
import { assemble, type Entry, valueOf } from "./collect.ts";

type Field = HTMLInputElement | HTMLSelectElement | HTMLTextAreaElement;

export interface Read {
  body: Record<string, unknown>;
  /** The field at each place of the JSON. */
  at: Map<string, Field>;
}

/** What a form says. `submitter` is the button that sent it. */
export function read(form: HTMLFormElement, submitter?: HTMLElement | null): Read {
  const several = groups(form);
  const fields: Field[] = [];
  const entries: Entry[] = [];
  for (const field of [...form.elements]) {
    if (!isField(field) || !field.name || field.disabled || field.closest("template")) continue;
    if (field instanceof HTMLInputElement && field.type === "radio" && !field.checked) continue;
    for (const entry of entriesOf(field, several)) {
      entries.push(entry);
      fields.push(field);
    }
  }
  if (submitter instanceof HTMLButtonElement && submitter.name)
    entries.push({ name: submitter.name, value: valueOf(submitter.value, submitter.dataset["type"]) });
  const { body, paths } = assemble(entries);
  return { body, at: new Map(fields.map((field, index) => [paths[index] ?? "", field])) };
}

function* entriesOf(field: Field, several: Set<string>): Generator<Entry> {
  const { name } = field;
  const type = field.dataset["type"];
  const empty = field.closest<HTMLElement>("[data-empty]")?.dataset["empty"];
  if (field instanceof HTMLInputElement && field.type === "checkbox") {
    const listed = field.hasAttribute("value") && type !== "boolean";
    const single = type === "list" ? "text" : type;
    yield listed ? { name, several: true, value: field.checked ? valueOf(field.value, single) : undefined } : { name, value: field.checked };
  } else if (field instanceof HTMLSelectElement && field.multiple) {
    yield { name, several: true, value: undefined };
    for (const option of field.selectedOptions) yield { name, several: true, value: valueOf(option.value, type) };
  } else {
    const usual = field instanceof HTMLInputElement && field.type === "number" ? "number" : "text";
    yield { name, value: valueOf(field.value, type ?? usual, empty), several: several.has(name) };
  }
}

/** Names that several fields have, other than radios, or that a field shares with boxes: their values are a list. */
function groups(form: HTMLFormElement): Set<string> {
  const seen = new Set<string>();
  const twice = new Set<string>();
  for (const field of [...form.elements]) {
    if (!isField(field) || !field.name || field.type === "radio" || field.name.includes("[]")) continue;
    if (field.type === "checkbox" && field.dataset["type"] !== "list") continue;
    (seen.has(field.name) ? twice : seen).add(field.name);
  }
  return twice;
}

function isField(element: Element): element is Field {
  return (
    element instanceof HTMLSelectElement ||
    element instanceof HTMLTextAreaElement ||
    (element instanceof HTMLInputElement && !["submit", "button", "reset", "image", "file"].includes(element.type))
  );
}

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
  open(first);
  first.focus();
  first.scrollIntoView({ block: "nearest" });
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

function mark(field: Field, detail: string): void {
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
