// Files of another system: read here, sent as text, and shown before anything is kept.

import { complain, send } from "../api/send.ts";
import { t } from "../messages.ts";
import { h } from "../page/dom.ts";
import { toast, toastLater } from "../page/toasts.ts";
import type { Finding } from "./parts.ts";

const MOST = 6 << 20;
const MOST_FILES = 300;

interface Made {
  name: string;
  text: string;
  there: boolean;
  findings: Finding[];
}

interface Note {
  file: string;
  line: number;
  kind: "taken" | "lost" | "differs" | "sound";
  message: string;
  hint: string;
}

interface Imported {
  flows: Made[];
  notes: Note[];
}

export function importing(): void {
  const form = document.querySelector<HTMLFormElement>("form[data-import]");
  const result = form?.querySelector<HTMLElement>("[data-import-result]");
  const keep = form?.querySelector<HTMLButtonElement>("[data-import-keep]");
  if (!form || !result || !keep) return;

  const ask = async (kept: boolean) => {
    const files = await chosen(form);
    if (!files.length) return toast(t("Choose files first"), { tone: "bad" });
    if (files.length > MOST_FILES || files.reduce((sum, { text }) => sum + text.length, 0) > MOST)
      return toast(t("That is too large"), { tone: "bad" });
    const language = form.querySelector<HTMLSelectElement>("#import-language")?.value ?? "";
    form.setAttribute("aria-busy", "true");
    try {
      const { data } = await send("POST", "/api/v1/flow-imports", { body: { files, language, keep: kept } });
      const told = data as Imported;
      if (kept) {
        toastLater(t("Imported"));
        location.assign(told.flows.length === 1 ? `/flows/${told.flows[0]?.name}` : "/flows");
      } else {
        result.replaceChildren(...shown(told));
        keep.hidden = told.flows.every(({ there }) => there);
      }
    } catch (error) {
      result.replaceChildren();
      keep.hidden = true;
      complain(error);
    } finally {
      form.removeAttribute("aria-busy");
    }
  };
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    void ask(false);
  });
  form.addEventListener("change", () => {
    keep.hidden = true;
    result.replaceChildren();
  });
  keep.addEventListener("click", () => void ask(true));
}

async function chosen(form: HTMLFormElement): Promise<{ path: string; text: string }[]> {
  const files = [...form.querySelectorAll<HTMLInputElement>("input[type=file]")].flatMap((field) => [...(field.files ?? [])]);
  const wanted = files.filter(({ name, size }) => name.endsWith(".xml") && size <= MOST);
  return Promise.all(wanted.map(async (file) => ({ path: file.webkitRelativePath || file.name, text: await file.text() })));
}

function shown({ flows, notes }: Imported): HTMLElement[] {
  const made = flows.map(({ name, text, there, findings }) => {
    const errors = findings.filter(({ severity }) => severity === "error").length;
    return h(
      "li",
      {},
      h(
        "details",
        {},
        h(
          "summary",
          {},
          h("strong", {}, name),
          " ",
          there && h("span", { class: "badge warn" }, t("is there already, and stays")),
          errors > 0 && h("span", { class: "badge bad" }, t("{number} errors", { number: errors })),
        ),
        h("pre", { class: "code" }, text),
      ),
    );
  });
  const told = notes.map(({ file, line, kind, message, hint }) =>
    h("li", {}, h("span", { class: `badge ${TONES[kind]}` }, KINDS[kind]()), ` ${file}:${line} ${message}`, hint && h("span", { class: "soft" }, t("; ") + hint)),
  );
  return [
    h("h3", {}, t("Flows")),
    h("ul", { class: "flow-made" }, ...made),
    ...(told.length ? [h("h3", {}, t("What is not as it was")), h("ul", { class: "flow-notes small" }, ...told)] : []),
  ];
}

const TONES = { taken: "info", lost: "bad", differs: "warn", sound: "warn" };
const KINDS = {
  taken: () => t("guessed"),
  lost: () => t("left out"),
  differs: () => t("differs"),
  sound: () => t("recording missing"),
};
