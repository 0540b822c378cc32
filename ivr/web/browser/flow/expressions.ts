// Within `{{ }}` and `when:`: where a name, a function or a filter may stand, and what it is about.

import type { Names } from "./knowledge.ts";

export interface Offer {
  label: string;
  kind: "variable" | "function" | "filter" | "property";
  detail: string;
  words: string;
}

/** Where the expression begins that goes to the end of `before`, if it is one; `whole`: all of it is. */
export function expressionStart(before: string, whole: boolean): number {
  const opened = before.lastIndexOf("{{");
  if (opened >= 0 && before.indexOf("}}", opened) < 0) return opened + 2;
  return whole ? 0 : -1;
}

/** What may be written at the end of an expression, and where that word begins. */
export function offers(expression: string, names: Names, variables: readonly string[]): { from: number; offers: Offer[] } | null {
  if (quoted(expression)) return null;
  const word = /[\w]*$/.exec(expression)?.[0] ?? "";
  const from = expression.length - word.length;
  const before = expression.slice(0, from);
  const { names: known, functions, filters } = names.expressions;
  const of = /(\w+)\.$/.exec(before);
  if (of) {
    const parts = known[of[1] ?? ""] ?? [];
    return { from, offers: parts.map((label) => ({ label, kind: "property", detail: of[1] ?? "", words: "" })) };
  }
  if (/\|\s*$/.test(before))
    return { from, offers: filters.map(({ name, takes, words }) => ({ label: name, kind: "filter", detail: takes && `(${takes})`, words })) };
  return {
    from,
    offers: [
      ...variables.map((label): Offer => ({ label, kind: "variable", detail: "", words: "" })),
      ...Object.keys(known).map((label): Offer => ({ label, kind: "variable", detail: (known[label] ?? []).slice(0, 4).join(", "), words: "" })),
      ...functions.map(({ name, takes, words }): Offer => ({ label: name, kind: "function", detail: `(${takes})`, words })),
    ],
  };
}

/** Whether a text in quotes is still open. */
function quoted(expression: string): boolean {
  let open = "";
  for (const sign of expression) if (open ? sign === open : sign === "'" || sign === '"') open = open ? "" : sign;
  return open !== "";
}
