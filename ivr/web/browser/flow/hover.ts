// What the word under the pointer is about: an option, a node that is named, a function.

import { type EditorView, hoverTooltip, type Tooltip } from "@codemirror/view";
import { t } from "../messages.ts";
import { h } from "../page/dom.ts";
import { typeOf } from "./complete.ts";
import { explained } from "./explain.ts";
import type { Knowledge } from "./knowledge.ts";
import { outline } from "./outline.ts";
import type { Entry } from "./scan.ts";
import { kindOf } from "./schema.ts";

export function hovering(knowledge: Knowledge, docs: string) {
  return hoverTooltip((view, pos) => about(view, pos, knowledge, docs), { hoverTime: 350 });
}

function about(view: EditorView, pos: number, knowledge: Knowledge, docs: string): Tooltip | null {
  const known = outline(view.state.doc.toString());
  const entry = entryAt(known.entries, pos);
  if (!entry || !knowledge.language) return null;
  const type = typeOf(entry.path, known);
  const onKey = entry.key[0] <= pos && pos < entry.key[1];
  const readings = knowledge.language.at(entry.path, type);
  if (onKey) {
    const said = readings.find(({ markdown }) => markdown);
    return said ? tip(entry.key, `${entry.path.at(-1) ?? ""}`, kindOf(said), said.markdown, docs) : null;
  }
  const node = known.nodes.get(entry.text);
  if (node && readings.some(({ words }) => words.has("target")))
    return tip(entry.value, node.name, node.type, t("Line {line}. Ctrl+click, or F12, goes there.", { line: node.from }), docs);
  if (entry.path.at(-1) === "type" && entry.path.length === 3)
    return tip(entry.value, entry.text, t("node type"), knowledge.language.types.get(entry.text) ?? "", docs);
  for (const { schema } of readings) {
    const index = schema.enum?.indexOf(entry.text) ?? -1;
    const words = schema.enumDescriptions?.[index];
    if (words) return tip(entry.value, entry.text, "", words, docs);
  }
  return word(view, pos, knowledge, docs);
}

/** A function or filter in an expression. */
function word(view: EditorView, pos: number, { names }: Knowledge, docs: string): Tooltip | null {
  const range = view.state.wordAt(pos);
  const name = range && view.state.sliceDoc(range.from, range.to);
  if (!range || !name) return null;
  const filter = /\|\s*$/.test(view.state.sliceDoc(Math.max(0, range.from - 10), range.from));
  const found = (filter ? names.expressions.filters : names.expressions.functions).find((each) => each.name === name);
  return found ? tip([range.from, range.to], `${name}${found.takes ? `(${found.takes})` : ""}`, filter ? t("filter") : t("function"), found.words, docs) : null;
}

export function entryAt(entries: readonly Entry[], pos: number): Entry | undefined {
  return entries.find(({ key, value }) => (key[0] <= pos && pos < key[1]) || (value[0] <= pos && pos <= value[1] && value[1] > value[0]));
}

function tip([pos, end]: [number, number], name: string, kind: string, markdown: string, docs: string): Tooltip {
  return {
    pos,
    end,
    above: true,
    create: () => ({ dom: h("div", { class: "flow-tip" }, h("p", {}, h("strong", {}, name), " ", h("span", { class: "soft" }, kind)), explained(markdown, docs)) }),
  };
}
