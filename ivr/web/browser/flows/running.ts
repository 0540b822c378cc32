// Tests of a flow, played on the server: each case as soon as it is over, then the whole.

import { refused } from "../api/answer.ts";
import { csrf } from "../api/send.ts";

export interface Failure {
  line: number;
  message: string;
  hint: string;
}

export interface Case {
  name: string;
  line: number;
  result: "passed" | "failed" | "skipped";
  reason?: string;
  seconds?: number;
  journey?: string[];
  transcript?: { at: number; who: string; text: string }[];
  failures?: Failure[];
}

export interface Report {
  ok: boolean;
  passed: number;
  failed: number;
  percent: number;
  took: number;
  findings: { line: number; message: string; hint: string }[];
}

interface Row {
  case?: Case;
  report?: Report;
  error?: string;
  hint?: string;
}

/** Play. Raises Refused, or Error with words of the server. */
export async function run(path: string, body: object, told: (one: Case) => void): Promise<Report> {
  const response = await fetch(path, {
    method: "POST",
    headers: { "Content-Type": "application/json", "X-CSRF-Token": csrf() },
    body: JSON.stringify({ ...body, stream: true }),
  });
  if (!response.ok || !response.body) throw refused(response.status, await response.json().catch(() => null));
  let rest = "";
  const lines = response.body.pipeThrough(new TextDecoderStream()).getReader();
  for (;;) {
    const { value = "", done } = await lines.read();
    const parts = (rest + value).split("\n");
    rest = parts.pop() ?? "";
    for (const part of parts) {
      const row = JSON.parse(part) as Row;
      if (row.case) told(row.case);
      if (row.report) return row.report;
      if (row.error) throw refused(409, { detail: row.error, hint: row.hint });
    }
    if (done) throw refused(500, null);
  }
}
