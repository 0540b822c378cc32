// What a flow has by name: nodes, variables, prompts, calendars. Read once for each state of the text.

import { type Entry, Scanner } from "./scan.ts";

export interface NodeAt {
  name: string;
  type: string;
  /** Lines of the file, from 1. */
  from: number;
  to: number;
  key: [number, number];
}

export interface Outline {
  entries: Entry[];
  nodes: Map<string, NodeAt>;
  variables: string[];
  prompts: string[];
  calendars: string[];
  languages: string[];
}

let lastText: string | undefined;
let last: Outline | undefined;

/** The outline of a text; the last one is kept, as several ask for it. */
export function outline(text: string): Outline {
  if (text !== lastText || !last) {
    last = outlined(text);
    lastText = text;
  }
  return last;
}

function outlined(text: string): Outline {
  const { entries } = new Scanner(text);
  const nodes = new Map<string, NodeAt>();
  const names = { vars: new Set<string>(), prompts: new Set<string>(), calendars: new Set<string>() };
  const languages: string[] = [];
  let current: NodeAt | undefined;
  for (const entry of entries) {
    const [top, name, option] = entry.path;
    if (current && top !== "nodes") current = undefined;
    if (top === "nodes" && typeof name === "string") {
      if (entry.path.length === 2) {
        current = { name, type: "", from: entry.line, to: entry.line, key: entry.key };
        nodes.set(name, current);
      }
      const node = nodes.get(name);
      if (node) node.to = Math.max(node.to, entry.line);
      if (node && option === "type" && entry.path.length === 3) node.type = entry.text;
    } else if (top === "languages" && entry.text) languages.push(...(entry.path.length === 1 ? [entry.text] : [entry.text]));
    else if (entry.path.length === 2 && typeof name === "string" && top && top in names) names[top as keyof typeof names].add(name);
  }
  return {
    entries,
    nodes,
    variables: [...names.vars],
    prompts: [...names.prompts],
    calendars: [...names.calendars],
    languages,
  };
}

/** The node in whose lines a line is. */
export function nodeAt({ nodes }: Outline, line: number): NodeAt | undefined {
  for (const node of nodes.values()) if (node.from <= line && line <= node.to) return node;
  return undefined;
}
