// What the form of a group or an agent says, in the words of the plan: `30d` where nothing more is said of it, one
// text where every language has the same, and nothing where nothing was written.

import { read } from "../api/fields.ts";

type Json = Record<string, unknown>;

const LIMITS: Record<string, string> = { wait: "after", estimate: "above", size: "size" };

export function shaping(): void {
  document.addEventListener("ivory:before", (event) => {
    const form = event.target;
    if (!(form instanceof HTMLFormElement) || !form.dataset["thing"]) return;
    const detail = (event as CustomEvent<{ body: Json }>).detail;
    detail.body = shaped(form.dataset["thing"], detail.body);
  });
}

/** What a form says now, as it would be sent. */
export function thing(form: HTMLFormElement): Json {
  return shaped(form.dataset["thing"] ?? "", read(form).body);
}

export function shaped(kind: string, body: Json): Json {
  const { members, memberships, ...rest } = body;
  const out: Json = kind === "group" ? group(rest) : rest;
  if (Array.isArray(members)) out["agents"] = members.map((agent) => ({ agent }));
  if (Array.isArray(memberships)) out["groups"] = memberships.map((name) => ({ group: name }));
  if (kind === "group" && !("members" in body)) out["agents"] ??= [];
  if (kind === "agent" && !("memberships" in body)) out["groups"] ??= [];
  return out;
}

function group(body: Json): Json {
  const out: Json = { ...body };
  for (const name of ["title", "whisper"]) out[name] = words(out[name]);
  if (Array.isArray(out["relax"])) out["relax"] = out["relax"].map(relaxation);
  if (Array.isArray(out["overflow"])) out["overflow"] = out["overflow"].map(overflow);
  if (Array.isArray(out["announcements"])) out["announcements"] = out["announcements"].map(announcement);
  if (Array.isArray(out["dispositions"]) && !out["dispositions"].length) out["dispositions"] = null;
  const last = out["last_agent"] as Json | undefined;
  if (last) out["last_agent"] = last["within"] ? (last["wait"] ? last : last["within"]) : null;
  const recording = out["recording"] as Json | undefined;
  if (recording && Object.values(recording).every((each) => each === null)) out["recording"] = null;
  return out;
}

/** One text where all languages have the same; nothing where none has any. */
export function words(value: unknown): unknown {
  if (typeof value !== "object" || value === null || Array.isArray(value)) return value;
  const said = Object.entries(value).filter(([, text]) => text !== null && text !== "");
  const all = Object.keys(value).length;
  if (!said.length) return null;
  const first = said[0]?.[1];
  return all > 1 && said.length === all && said.every(([, text]) => text === first) ? first : Object.fromEntries(said);
}

/** `billing 2, en-US 3` as skills with their levels. */
export function levels(text: unknown): unknown {
  if (typeof text !== "string") return text;
  const found = text.split(/[,，、]/).map((part) => /^\s*(\S+?)(?:[\s:=]+(\d+))?\s*$/.exec(part));
  return Object.fromEntries(found.filter((one) => one !== null).map((one) => [one[1], Number(one[2] ?? 1)]));
}

function relaxation(row: Json): Json {
  const groups = typeof row["groups"] === "string" ? row["groups"].split(/[\s,，、]+/).filter(Boolean) : null;
  return { after: row["after"], require: levels(row["require"]), groups: groups?.length ? groups : null };
}

function overflow(row: Json): Json {
  const on = String(row["on"]);
  const limit = LIMITS[on];
  const value = on === "size" && /^\d+$/.test(String(row["limit"])) ? Number(row["limit"]) : row["limit"];
  return { on, ...(limit ? { [limit]: value } : {}), to: { [String(row["kind"])]: row["name"] } };
}

function announcement(row: Json): Json {
  return { ...row, say: words(row["say"]), position: row["position"] || null, wait: row["wait"] || null };
}
