// What the browser finds wrong with a field stands under it, as what the API finds: the browser's own bubbles speak
// the browser's language and lie on the hint that has the answer.

import { t } from "../messages.ts";
import { lead, mark, unmark } from "./faults.ts";
import { type Field, isField } from "./fields.ts";
import { fitting } from "./fitting.ts";

let first: Field | undefined;

export function validity(): void {
  document.addEventListener("invalid", (event) => {
    const field = event.target;
    if (!(field instanceof HTMLElement) || !isField(field)) return;
    event.preventDefault();
    unmark(field);
    mark(field, why(field));
    if (first) return;
    first = field; // they come one by one, in the order of the page
    setTimeout(() => {
      if (first) lead(first);
      first = undefined;
    });
  }, true);
  document.addEventListener("input", ({ target }) => target instanceof HTMLElement && target.ariaInvalid === "true" && unmark(target));
}

function why(field: Field): string {
  const { validity } = field;
  const { pattern = "", minLength, min, max } = field as Partial<HTMLInputElement>;
  if (validity.valueMissing) return t("Something is needed here");
  if (validity.tooShort) return t("At least {number} characters are needed", { number: minLength ?? 0 });
  if (validity.rangeUnderflow) return t("At least {number}", { number: min ?? "" });
  if (validity.rangeOverflow) return t("At most {number}", { number: max ?? "" });
  if (!validity.patternMismatch) return field.validationMessage;
  const example = fitting(field.value, pattern);
  return example ? t("This does not fit; {example} would", { example }) : hint(field) || t("This is not right");
}

function hint(field: Field): string {
  const described = (field.getAttribute("aria-describedby") ?? "").split(" ").map((id) => document.getElementById(id));
  const found = described.find((each) => each?.matches(".hint")) ?? field.closest(".field")?.querySelector(".hint");
  return found?.textContent?.trim() || field.title;
}
