// The fields of a form on the page, and what they say.

import { assemble, type Entry, valueOf } from "./collect.ts";

export type Field = HTMLInputElement | HTMLSelectElement | HTMLTextAreaElement;

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

export function isField(element: Element): element is Field {
  return (
    element instanceof HTMLSelectElement ||
    element instanceof HTMLTextAreaElement ||
    (element instanceof HTMLInputElement && !["submit", "button", "reset", "image", "file"].includes(element.type))
  );
}
