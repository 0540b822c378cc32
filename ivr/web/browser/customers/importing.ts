// A CSV file is sent twice: once to be told what it would do, once to be taken over exactly so.

import { refused } from "../api/answer.ts";
import { complain, csrf } from "../api/send.ts";
import { t } from "../messages.ts";
import { all, h } from "../page/dom.ts";

interface Planned {
  plan: string;
  encoding: string;
  rows: number;
  new: number;
  changed: number;
  wrong: number;
  problems: { line: number; message: string; hint: string }[];
  examples: { numbers: string[]; name: string; company: string; tags: string[] }[];
}

interface Applied {
  new: number;
  changed: number;
  refused: string[];
}

export function importing(): void {
  const root = document.querySelector<HTMLElement>("[data-import]");
  if (!root) return;
  const part = <E extends HTMLElement>(name: string) => root.querySelector<E>(`[${name}]`) as E;
  const chosen = part<HTMLInputElement>("data-file");
  const encoding = part<HTMLSelectElement>("data-encoding");
  const skip = part<HTMLInputElement>("data-skip");
  const take = part<HTMLButtonElement>("data-take");
  const drop = part<HTMLElement>("data-drop");
  let file: File | undefined;
  let planned: Planned | undefined;

  const allow = () => (take.disabled = !planned || !(planned.new + planned.changed) || (planned.wrong > 0 && !skip.checked));
  const plan = async () => {
    if (!file) return;
    planned = undefined;
    allow();
    part("data-done-words").hidden = true;
    try {
      planned = await posted<Planned>(`/api/v1/customer-imports/plan?encoding=${encodeURIComponent(encoding.value)}`, file);
      show(root, planned);
    } catch (error) {
      part("data-planned").hidden = true;
      complain(error);
    }
    allow();
  };
  chosen.addEventListener("change", () => {
    file = chosen.files?.[0];
    void plan();
  });
  for (const kind of ["dragover", "dragleave", "drop"] as const)
    drop.addEventListener(kind, (event) => {
      event.preventDefault();
      drop.toggleAttribute("data-over", kind === "dragover");
      if (kind !== "drop" || !event.dataTransfer?.files[0]) return;
      file = event.dataTransfer.files[0];
      void plan();
    });
  encoding.addEventListener("change", () => void plan());
  skip.addEventListener("change", allow);
  take.addEventListener("click", async () => {
    if (!file || !planned) return;
    take.setAttribute("aria-busy", "true");
    const how = new URLSearchParams({ plan: planned.plan, encoding: encoding.value, skip_bad: String(skip.checked) });
    try {
      const done = await posted<Applied>(`/api/v1/customer-imports?${how}`, file);
      part("data-planned").hidden = true;
      part("data-done-words").hidden = false;
      part("data-result").textContent = t("{added} added, {changed} changed.", { added: done.new, changed: done.changed });
      chosen.value = "";
      planned = undefined;
    } catch (error) {
      complain(error);
    }
    take.removeAttribute("aria-busy");
    allow();
  });
}

async function posted<T>(path: string, file: File): Promise<T> {
  const response = await fetch(path, {
    method: "POST",
    body: file,
    headers: { "Content-Type": "text/csv", "X-CSRF-Token": csrf(), Accept: "application/json" },
  });
  const body: unknown = await response.json().catch(() => null);
  if (!response.ok) throw refused(response.status, body);
  return body as T;
}

function show(root: HTMLElement, planned: Planned): void {
  const part = (name: string) => root.querySelector<HTMLElement>(`[${name}]`) as HTMLElement;
  for (const figure of all("[data-figure]", root)) {
    const value = planned[figure.dataset["figure"] as keyof Planned];
    figure.textContent = typeof value === "number" ? value.toLocaleString() : String(value);
  }
  part("data-planned").hidden = false;
  part("data-wrong-stat").classList.toggle("bad", planned.wrong > 0);
  part("data-skip-line").hidden = planned.wrong === 0;
  const cells = (...words: string[]) => h("tr", {}, ...words.map((each) => h("td", {}, each)));
  fill(part("data-examples"), planned.examples.map((one) => cells(one.numbers.join(", "), one.name, one.company, one.tags.join(", "))));
  fill(part("data-problems"), planned.problems.map((one) => cells(String(one.line), one.message, one.hint)));
}

function fill(holder: HTMLElement, rows: HTMLElement[]): void {
  holder.hidden = !rows.length;
  holder.querySelector("tbody")?.replaceChildren(...rows);
}
