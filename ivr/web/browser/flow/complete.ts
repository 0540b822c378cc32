// What may be written where the cursor stands: options and their values, nodes to go to, whole nodes, names that the
// flow or the routing plan has, and what expressions know.

import { type Completion, type CompletionContext, type CompletionResult, snippet, startCompletion } from "@codemirror/autocomplete";
import type { EditorView } from "@codemirror/view";
import { t } from "../messages.ts";
import { explained } from "./explain.ts";
import { expressionStart, offers } from "./expressions.ts";
import type { Knowledge } from "./knowledge.ts";
import { type Outline, outline } from "./outline.ts";
import { type Cursor, type Path, Scanner } from "./scan.ts";
import { kindOf, type Language, type Reading } from "./schema.ts";

const WORD = /^[\w.\-:+*#一-鿿]*$/;

export function completing(knowledge: Knowledge, docs: string): (context: CompletionContext) => CompletionResult | null {
  return (context) => {
    const { language } = knowledge;
    if (!language) return null;
    const text = context.state.doc.toString();
    const cursor = new Scanner(text, context.pos).cursor();
    const known = outline(text);
    const type = typeOf(cursor.path, known);
    const inner = expression(context, cursor, knowledge, known, language.words(cursor.path, type));
    if (inner || cursor.where === "text") return inner;
    const written = text.slice(cursor.from, context.pos);
    if (!WORD.test(written) || (!written && !context.explicit && !/[\s,{[]$/.test(text.slice(0, context.pos)))) return null;
    const helper = { language, knowledge, known, docs, type };
    const options = cursor.where === "key" ? [...keys(cursor, helper), ...nodes(cursor, helper)] : values(cursor, helper);
    return options.length ? { from: cursor.from, options, validFor: WORD } : null;
  };
}

interface Helper {
  language: Language;
  knowledge: Knowledge;
  known: Outline;
  docs: string;
  type: string;
}

/** The type of the node that a path leads into. */
export function typeOf(path: Path, known: Outline): string {
  const [top, name] = path;
  return top === "nodes" && typeof name === "string" ? (known.nodes.get(name)?.type ?? "") : "";
}

function expression(context: CompletionContext, cursor: Cursor, knowledge: Knowledge, known: Outline, words: Set<string>): CompletionResult | null {
  const line = context.state.doc.lineAt(context.pos);
  const from = Math.max(cursor.where === "value" ? cursor.from : line.from, line.from);
  const before = line.text.slice(from - line.from, context.pos - line.from);
  const start = expressionStart(before, cursor.where === "value" && words.has("expression"));
  const found = start < 0 ? null : offers(before.slice(start), knowledge.names, known.variables);
  if (!found) return null;
  const kinds = { variable: "variable", function: "function", filter: "method", property: "property" };
  return {
    from: from + start + found.from,
    options: found.offers.map(({ label, kind, detail, words }) => ({
      label,
      detail,
      type: kinds[kind],
      boost: kind === "variable" ? 5 : 0,
      ...(words ? { info: () => explained(words) } : {}),
      ...(kind === "function" ? { apply: snippetOf(`${label}(\${})`) } : {}),
    })),
    validFor: /^\w*$/,
  };
}

/** Options of the mapping, those that are there already left out. */
function* keys(cursor: Cursor, { language, known, docs, type }: Helper): Generator<Completion> {
  const beside = new Set(cursor.inline ? cursor.beside : siblings(cursor.path, known));
  const typed = cursor.path.length === 2 && cursor.path[0] === "nodes";
  for (const [name, option] of language.options(cursor.path, type)) {
    if (beside.has(name)) continue;
    const needed = language.at(cursor.path, type).some(({ schema }) => schema.required?.includes(name));
    const spoken = known.languages.indexOf(name);
    yield {
      label: name,
      type: "property",
      detail: kindOf(option),
      boost: typed && name === "type" ? 50 : needed ? 20 : spoken >= 0 ? 15 - spoken : 0,
      info: () => explained(option.markdown, docs),
      apply: keyed(name),
    };
  }
  if (language.keyWords(cursor.path, type).has("variable"))
    for (const name of known.variables) if (!beside.has(name)) yield { label: name, type: "variable", apply: keyed(name) };
}

/** Whole nodes, where a node's name stands, or its options would. */
function* nodes(cursor: Cursor, { language, docs, type }: Helper): Generator<Completion> {
  const [top] = cursor.path;
  if (cursor.inline || top !== "nodes" || cursor.path.length > 2 || (cursor.path.length === 2 && type)) return;
  for (const { label, description = "", body } of language.snippets) {
    const indent = " ".repeat(cursor.column);
    const lines = yaml(body, cursor.path.length === 1 ? `${indent}  ` : indent);
    const text = cursor.path.length === 1 ? `\${${label}_1}:\n${indent}  ${lines.trimStart()}` : lines.trimStart();
    yield {
      label: cursor.path.length === 1 ? `${label} …` : label,
      type: "class",
      detail: t("a whole node"),
      boost: -10,
      info: () => explained(description, docs),
      apply: snippetOf(text),
    };
  }
}

function* valuesOf(readings: Reading[], { known, knowledge, docs }: Helper, path: Path): Generator<Completion> {
  const words = new Set(readings.flatMap((reading) => [...reading.words]));
  const name = (label: string, detail: string, boost = 10): Completion => ({ label, detail, type: "variable", boost });
  if (words.has("target")) {
    for (const node of known.nodes.values()) yield name(node.name, node.type, 20);
    for (const flow of knowledge.names.flows) yield name(`flow:${flow}`, t("another flow"), -5);
  }
  if (words.has("variable")) for (const each of known.variables) yield name(each, t("variable"));
  if (words.has("flow")) for (const each of knowledge.names.flows) yield name(each, t("flow"));
  if (words.has("prompt") || words.has("reprompt")) for (const each of known.prompts) yield name(each, t("prompt"), 0);
  if (words.has("sound")) for (const each of knowledge.names.sounds.slice(0, 500)) yield name(each, t("recording"), 0);
  for (const each of named(path, known, knowledge)) yield name(each, "");
  for (const { schema } of readings) {
    const offered = [...(schema.enum ?? []), ...("const" in schema ? [schema.const] : []), ...(schema.type === "boolean" ? [true, false] : [])];
    for (const [index, value] of offered.entries())
      yield {
        label: String(value),
        type: "enum",
        detail: schema.default === value ? t("as it comes") : "",
        boost: 5,
        ...(schema.enumDescriptions?.[index] ? { info: () => explained(schema.enumDescriptions?.[index] ?? "", docs) } : {}),
      };
    for (const value of schema.examples ?? [])
      if (typeof value !== "object") yield { label: String(value), type: "text", detail: t("example"), boost: -5, apply: plain(value) };
  }
}

function values(cursor: Cursor, helper: Helper): Completion[] {
  const readings = helper.language.at(cursor.path, helper.type);
  const seen = new Set<string>();
  return [...valuesOf(readings, helper, cursor.path)].filter(({ label }) => !seen.has(label) && seen.add(label));
}

/** Names that the schema calls a text, and the option's own name tells what of. */
function named(path: Path, { calendars, nodes, languages }: Outline, { names }: Knowledge): readonly string[] {
  const last = path.findLast((step): step is string => step !== null);
  if (last === "calendar") return calendars;
  if (last === "skill" || last === "group") return names.skills;
  if (last === "agent") return names.agents;
  if (last === "flow") return names.flows;
  if (last === "start" || last === "on_hangup") return [...nodes.keys()];
  return last === "to" ? languages : [];
}

function siblings(path: Path, { entries }: Outline): string[] {
  const within = entries.filter((entry) => entry.path.length === path.length + 1 && path.every((step, index) => entry.path[index] === step));
  return path.includes(null) ? [] : within.map((entry) => entry.path.at(-1)).filter((step): step is string => step !== null && step !== undefined);
}

/** A key with its colon; what may stand behind it is offered at once. */
function keyed(name: string): NonNullable<Completion["apply"]> {
  return (view, _completion, from, to) => {
    const colon = /^\s*:/.test(view.state.sliceDoc(to, to + 3));
    const text = colon ? name : `${name}: `;
    view.dispatch({ changes: { from, to, insert: text }, selection: { anchor: from + text.length }, userEvent: "input.complete" });
    if (!colon) startCompletion(view);
  };
}

/** A value as YAML reads it back: `5s` as it is, a text with signs of YAML in quotes. */
function plain(value: unknown): string {
  const text = String(value);
  return typeof value === "string" && (/^[\s{[&*!|>'"%@`#?-]|: | #|[,{}[\]]|^$/.test(text) || /^[\d+][\d.]*$/.test(text)) ? JSON.stringify(text) : text;
}

function snippetOf(text: string): (view: EditorView, completion: Completion, from: number, to: number) => void {
  // The editor indents every further line by the first one's; ours are written out.
  return (view, completion, from, to) => {
    const indent = /^\s*/.exec(view.state.doc.lineAt(from).text)?.[0] ?? "";
    const lines = text.split("\n").map((line, index) => (index && line.startsWith(indent) ? line.slice(indent.length) : line));
    snippet(lines.join("\n"))(view, completion, from, to);
  };
}

/** Plain data as block YAML; `{…}` of CodeMirror's snippets are kept out of it. */
export function yaml(data: unknown, indent: string): string {
  if (Array.isArray(data)) return data.map((item) => `${indent}- ${yaml(item, `${indent}  `).trimStart()}`).join("\n");
  if (typeof data === "object" && data !== null)
    return Object.entries(data)
      .map(([key, value]) => {
        const shown = /^[\d+]/.test(key) && !/^\d+$/.test(key) ? JSON.stringify(key) : key;
        const nested = typeof value === "object" && value !== null;
        return `${indent}${shown}:${nested ? `\n${yaml(value, `${indent}  `)}` : ` ${plain(value).replace(/[{}$\\]/g, "\\$&")}`}`;
      })
      .join("\n");
  return `${indent}${plain(data).replace(/[{}$\\]/g, "\\$&")}`;
}

