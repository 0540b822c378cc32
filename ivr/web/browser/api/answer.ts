// What the API answers, good or bad, as scripts here read it.

export interface Fault {
  /** Where in what was sent: `title.zh-CN`, `tiers[0].skill`; empty for the whole. */
  path: string;
  detail: string;
}

export interface Answer {
  status: number;
  data: unknown;
  etag: string;
}

/** The API said no: problem details (RFC 9457), read kindly. */
export class Refused extends Error {
  constructor(
    readonly status: number,
    readonly title: string,
    readonly faults: Fault[] = [],
    readonly code = "",
    readonly hint = "",
  ) {
    super(title);
  }
}

/** Somebody chose not to go on: at the sign-in, or while the network was away. */
export class GivenUp extends Error {}

interface Row {
  pointer?: string;
  field?: string;
  detail?: string;
  message?: string;
}

/** What a refusal says. `body` is problem details, or whatever a proxy in between wrote. */
export function refused(status: number, body: unknown): Refused {
  if (typeof body !== "object" || body === null) return new Refused(status, "");
  const problem = body as { title?: string; detail?: string; code?: string; hint?: string; errors?: unknown };
  const rows = Array.isArray(problem.errors) ? (problem.errors as Row[]) : [];
  const faults = rows.map((row) => ({
    path: row.pointer === undefined ? (row.field ?? "") : pathOf(row.pointer),
    detail: row.detail ?? row.message ?? "",
  }));
  return new Refused(status, problem.detail || problem.title || "", faults, problem.code ?? "", problem.hint ?? "");
}

/** A JSON pointer as fields are named: `/tiers/0/skill` → `tiers[0].skill`. */
export function pathOf(pointer: string): string {
  const parts = pointer.replace(/^#?\//, "").split("/").map((part) => part.replaceAll("~1", "/").replaceAll("~0", "~"));
  return parts.map((part, index) => (/^\d+$/.test(part) && index ? `[${part}]` : index ? `.${part}` : part)).join("");
}
