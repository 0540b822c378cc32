// A sentence as the API tells it, and its row in the list.

import { t } from "../messages.ts";
import { inSeconds } from "../page/times.ts";

export interface Line {
  id: string;
  language: string;
  text: string;
  part_of: string;
  uses: { flow: string; place: string }[];
  sound: "recorded" | "rendered" | "";
  seconds: number;
  estimated: boolean;
  etag: string;
  former: number;
  remarks?: string[];
}

export const path = (line: Line): string => `/api/v1/prompts/${line.id}`;

/** Where it is heard; another take has another address, so that none is heard from memory. */
export const sound = (line: Line): string => `${path(line)}/sound?take=${encodeURIComponent(line.etag)}`;

export function of(row: HTMLElement): Line {
  return JSON.parse(row.dataset["line"] ?? "{}") as Line;
}

/** Show in a row, or in the studio, who is heard and for how long. */
export function show(place: HTMLElement, line: Line): void {
  const badge = place.querySelector<HTMLElement>("[data-sound]");
  if (badge) {
    badge.className = `badge ${{ recorded: "ok", rendered: "", "": "warn" }[line.sound]}`;
    badge.textContent = { recorded: t("a person"), rendered: t("a voice"), "": t("nobody yet") }[line.sound];
  }
  const seconds = place.querySelector("[data-seconds]");
  if (seconds) seconds.textContent = `${line.estimated ? "~" : ""}${inSeconds(line.seconds.toFixed(1))}`;
  const listen = place.querySelector<HTMLButtonElement>("[data-play], [data-hear]");
  if (listen) listen.disabled = line.estimated;
}
