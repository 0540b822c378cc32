// What the forms of a calendar send: single days by their date, no empty countries, and no name in the body.

import { all, on } from "../page/dom.ts";
import { open } from "../page/dialogs.ts";
import { until } from "./until.ts";

interface Hours {
  holidays?: string[];
  dates?: { day: string; hours: string }[];
}

type Before = CustomEvent<{ body: Record<string, unknown> }>;

export function sending(): void {
  for (const form of all<HTMLFormElement>("form[data-calendar-form]"))
    form.addEventListener("ivory:before", (event) => {
      const { detail } = event as Before;
      const { name: _, hours, ...rest } = detail.body;
      const { holidays = [], dates = [], ...week } = hours as Hours;
      detail.body = {
        ...rest,
        hours: {
          ...week,
          ...(holidays.some(Boolean) ? { holidays: holidays.filter(Boolean) } : {}),
          ...(dates.length ? { dates: Object.fromEntries(dates.map((one) => [one.day, one.hours])) } : {}),
        },
      };
    });
}

/** The switch for emergencies: which way, and until when in the calendar's own zone. */
export function forcing(): void {
  const form = document.querySelector<HTMLFormElement>("form[data-force-form]");
  const dialog = form?.closest("dialog");
  if (!form || !dialog) return;
  const [choice, moment] = [form.elements.namedItem("until"), form.elements.namedItem("at")];
  if (!(choice instanceof HTMLSelectElement) || !(moment instanceof HTMLInputElement)) return;
  on("click", "[data-force]", (button) => {
    const state = button.dataset["force"] ?? "closed";
    (form.elements.namedItem("state") as HTMLInputElement).value = state;
    for (const part of all("[data-when]", form)) {
      part.hidden = part.dataset["when"] !== state;
      if (part instanceof HTMLButtonElement) part.disabled = part.hidden; // Enter presses the first that is not
    }
    open(dialog);
  });
  choice.addEventListener("change", () => {
    const chosen = choice.value === "at";
    form.querySelector("[data-force-at]")?.toggleAttribute("hidden", !chosen);
    moment.required = chosen;
    if (chosen) moment.focus();
  });
  form.addEventListener("ivory:before", (event) => {
    const { detail } = event as Before;
    const { at, until: wish, ...rest } = detail.body;
    detail.body = { ...rest, until: until(String(wish ?? ""), String(at ?? ""), form.dataset["zone"] ?? "UTC", Date.now()) };
  });
}
