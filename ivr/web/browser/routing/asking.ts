// A simulation asked of the server: told as it goes, and called off when nobody wants it any more.

import { refused } from "../api/answer.ts";
import { csrf } from "../api/send.ts";

export interface Interval {
  value: number | null;
  low: number | null;
  high: number | null;
}

export type Figures = Record<string, Interval>;

export interface Supposed {
  kind: "replay" | "given" | "made_up";
  contacts?: number;
  since?: string;
  until?: string;
  loads?: Record<string, { rate: string; aht: string; patience: string }>;
  left_out: string[];
}

export interface Report {
  ended: "precise" | "bound" | "time" | "unstable";
  contacts: number;
  plans: { groups: Record<string, Figures>; agents: Record<string, { occupancy: Interval }> }[];
  differences: Record<string, Figures>;
  supposed: Supposed;
}

interface Row {
  begun?: Supposed;
  progress?: { contacts: number; left: number };
  report?: Report;
  error?: string;
  hint?: string;
}

/** Simulate. Raises Refused, or AbortError when it was called off. */
export async function simulate(question: object, told: (contacts: number, left: number) => void, signal: AbortSignal): Promise<Report> {
  const response = await fetch("/api/v1/routing/simulate", {
    method: "POST",
    headers: { "Content-Type": "application/json", "X-CSRF-Token": csrf() },
    body: JSON.stringify({ ...question, stream: true }),
    signal,
  });
  if (!response.ok || !response.body) throw refused(response.status, await response.json().catch(() => null));
  const lines = response.body.pipeThrough(new TextDecoderStream()).getReader();
  let rest = "";
  for (;;) {
    const { value = "", done } = await lines.read();
    const parts = (rest + value).split("\n");
    rest = parts.pop() ?? "";
    for (const part of parts) {
      const row = JSON.parse(part) as Row;
      if (row.progress) told(row.progress.contacts, row.progress.left);
      if (row.report) return row.report;
      if (row.error) throw refused(409, { detail: row.error, hint: row.hint });
    }
    if (done) throw refused(500, null);
  }
}
