// From a node's name to the node, to all that lead there, and to another name for it.

import { type ChangeSpec, EditorSelection } from "@codemirror/state";
import { type Command, EditorView, keymap } from "@codemirror/view";
import { t } from "../messages.ts";
import { ask } from "../page/dialogs.ts";
import { h } from "../page/dom.ts";
import { toast } from "../page/toasts.ts";
import { typeOf } from "./complete.ts";
import { entryAt } from "./hover.ts";
import type { Knowledge } from "./knowledge.ts";
import { type NodeAt, outline } from "./outline.ts";
import type { Entry } from "./scan.ts";

const NAME = /^(?!(end|back|repeat|return|next)$)[a-z_][a-z0-9_]{0,63}$/;

export function navigating(knowledge: Knowledge) {
  const go: Command = (view) => goTo(view, view.state.selection.main.head, knowledge);
  return [
    keymap.of([
      { key: "F12", run: go },
      { key: "F2", run: (view) => rename(view, knowledge) },
      { key: "Shift-F12", run: (view) => nextUse(view, knowledge) },
    ]),
    EditorView.domEventHandlers({
      mousedown: (event, view) => {
        const pos = event.ctrlKey || event.metaKey ? view.posAtCoords(event) : null;
        if (pos === null || !goTo(view, pos, knowledge)) return false;
        event.preventDefault();
        return true;
      },
    }),
  ];
}

/** Show a place, in the middle of the window where it is far away. */
export function reveal(view: EditorView, pos: number, end = pos): void {
  view.dispatch({
    selection: EditorSelection.range(pos, end),
    effects: EditorView.scrollIntoView(pos, { y: "center" }),
    userEvent: "select",
  });
  view.focus();
}

function goTo(view: EditorView, pos: number, knowledge: Knowledge): boolean {
  const node = nodeUnder(view, pos, knowledge);
  if (node) reveal(view, node.key[0]);
  return node !== undefined;
}

/** The node whose name stands at a place: its own, or where something leads to it. */
function nodeUnder(view: EditorView, pos: number, knowledge: Knowledge): NodeAt | undefined {
  const known = outline(view.state.doc.toString());
  const entry = entryAt(known.entries, pos);
  if (!entry) return undefined;
  if (entry.path.length === 2 && entry.path[0] === "nodes" && pos < Math.max(entry.key[1], entry.key[0] + 1)) return known.nodes.get(entry.path[1] ?? "");
  return isTarget(entry, knowledge, typeOf(entry.path, known)) ? known.nodes.get(entry.text) : undefined;
}

function isTarget(entry: Entry, { language }: Knowledge, type: string): boolean {
  return (entry.value[1] > entry.value[0] && language?.words(entry.path, type).has("target")) || ["start", "on_hangup"].includes(String(entry.path[0]));
}

/** Where something leads to a node. */
function uses(view: EditorView, name: string, knowledge: Knowledge): Entry[] {
  const known = outline(view.state.doc.toString());
  return known.entries.filter((entry) => entry.text === name && isTarget(entry, knowledge, typeOf(entry.path, known)));
}

function nextUse(view: EditorView, knowledge: Knowledge): boolean {
  const pos = view.state.selection.main.head;
  const node = nodeUnder(view, pos, knowledge);
  if (!node) return false;
  const places = uses(view, node.name, knowledge).map((entry) => entry.value[0]);
  const next = places.find((place) => place > pos) ?? places[0];
  if (next === undefined) toast(t("Nothing leads to {name}", { name: node.name }));
  else reveal(view, next);
  return true;
}

function rename(view: EditorView, knowledge: Knowledge): boolean {
  const node = nodeUnder(view, view.state.selection.main.head, knowledge);
  if (!node) return false;
  void askForName(node.name).then((name) => {
    view.focus();
    if (!name || name === node.name) return;
    const known = outline(view.state.doc.toString());
    if (known.nodes.has(name)) return void toast(t("There is a node {name} already", { name }), { tone: "bad" });
    const places = uses(view, node.name, knowledge);
    const changes: ChangeSpec[] = [{ from: node.key[0], to: node.key[1], insert: name }];
    for (const { value } of places) changes.push(inside(view, value, node.name, name));
    view.dispatch({ changes, userEvent: "rename" });
    toast(t("{name} is renamed in {number} places", { name, number: changes.length }));
  });
  return true;
}

/** The name within a value that may stand in quotes. */
function inside(view: EditorView, [from, to]: [number, number], name: string, insert: string): ChangeSpec {
  const at = from + view.state.sliceDoc(from, to).indexOf(name);
  return { from: at, to: at + name.length, insert };
}

async function askForName(name: string): Promise<string> {
  const field = h("input", { id: "node-name", value: name, required: true, pattern: NAME.source, autocomplete: "off", spellcheck: "false" });
  const box = h("div", { class: "field" }, h("label", { for: "node-name" }, t("New name")), field, h("p", { class: "hint" }, t("Small letters, digits and _; a letter first.")));
  const answer = ask(t("Rename {name}", { name }), [box], [
    { label: t("Cancel"), value: "" },
    { label: t("Rename"), value: "yes", kind: "primary" },
  ]);
  field.select();
  return (await answer) === "yes" ? field.value : "";
}
