// Two people changed the same thing. Whoever comes second sees what the first wrote, and chooses.

import { language, t } from "../messages.ts";
import { ask } from "../page/dialogs.ts";
import { h } from "../page/dom.ts";
import { relative } from "../page/times.ts";
import type { Answer } from "./answer.ts";
import { different } from "./differing.ts";

export type Decision = "theirs" | "mine" | "";

interface Changed {
  changed_by?: string;
  changed_at?: string;
  changed?: string;
}

/** What to do. `theirs` is the resource as it is now, `mine` what was to be sent. */
export async function decide(theirs: Answer, mine: unknown): Promise<Decision> {
  const { changed_by: who, changed_at: at, changed } = (theirs.data ?? {}) as Changed;
  const when = at ?? changed;
  const moment = when ? relative((Date.parse(when) - Date.now()) / 1000) : "";
  const told = who
    ? t("{who} saved a change {when}, while you were writing.", { who, when: moment })
    : t("Somebody saved a change while you were writing.");
  const body = [told, differences(theirs.data, mine)];
  return (await ask(t("It was changed meanwhile"), body, [
    { label: t("Cancel"), value: "" },
    { label: t("Take theirs"), value: "theirs" },
    { label: t("Keep mine"), value: "mine", kind: "primary" },
  ], true)) as Decision;
}

function differences(theirs: unknown, mine: unknown): HTMLElement {
  const rows = different(theirs, mine);
  if (!rows.length) return h("p", { class: "soft" }, t("What you wrote is what is there now."));
  const cell = (value: unknown) => h("td", {}, h("code", { lang: language }, shown(value)));
  return h(
    "div",
    { class: "table-wrap" },
    h(
      "table",
      { class: "table compact" },
      h("thead", {}, h("tr", {}, h("th", {}, t("Field")), h("th", {}, t("Theirs")), h("th", {}, t("Mine")))),
      h("tbody", {}, ...rows.map(({ path, theirs, mine }) => h("tr", {}, h("th", {}, path), cell(theirs), cell(mine)))),
    ),
  );
}

const LONGEST = 300;

function shown(value: unknown): string {
  if (value === null || value === undefined) return "–";
  const text = typeof value === "string" ? value : JSON.stringify(value);
  return text.length > LONGEST ? `${text.slice(0, LONGEST)}…` : text;
}
