// How the editor looks and what it says: colours are the page's, so it is light or dark as the page is.

import { HighlightStyle, syntaxHighlighting } from "@codemirror/language";
import { EditorState } from "@codemirror/state";
import { EditorView } from "@codemirror/view";
import { tags } from "@lezer/highlight";
import { t } from "../messages.ts";

const colours = HighlightStyle.define([
  { tag: [tags.propertyName, tags.definition(tags.propertyName)], color: "var(--code-key)", fontWeight: "550" },
  { tag: [tags.string, tags.special(tags.string)], color: "var(--code-text)" },
  { tag: [tags.number, tags.bool, tags.null, tags.keyword, tags.atom], color: "var(--code-value)" },
  { tag: tags.comment, color: "var(--soft)" },
  { tag: [tags.labelName, tags.typeName], color: "var(--code-name)" },
  { tag: [tags.punctuation, tags.separator, tags.brace, tags.squareBracket], color: "var(--soft)" },
]);

const shapes = EditorView.theme({
  "&": { height: "100%", backgroundColor: "var(--surface)", color: "var(--ink)" },
  "&.cm-focused": { outline: "none" },
  ".cm-scroller": { fontFamily: "var(--mono)", fontSize: "13px", lineHeight: "1.55", overflow: "auto" },
  ".cm-content": { padding: "8px 0", caretColor: "var(--accent)" },
  ".cm-cursor": { borderLeftColor: "var(--accent)", borderLeftWidth: "2px" },
  ".cm-gutters": { backgroundColor: "var(--surface)", color: "var(--soft)", border: "none" },
  ".cm-activeLine": { backgroundColor: "color-mix(in srgb, var(--accent) 6%, transparent)" },
  ".cm-activeLineGutter": { backgroundColor: "color-mix(in srgb, var(--accent) 10%, transparent)", color: "var(--ink)" },
  "&.cm-focused > .cm-scroller > .cm-selectionLayer .cm-selectionBackground, .cm-selectionBackground": {
    backgroundColor: "color-mix(in srgb, var(--accent) 24%, transparent) !important",
  },
  ".cm-matchingBracket, &.cm-focused .cm-matchingBracket": { backgroundColor: "var(--accent-tint)", outline: "1px solid var(--accent)" },
  ".cm-selectionMatch, .cm-searchMatch": { backgroundColor: "var(--warn-tint)" },
  ".cm-searchMatch-selected": { outline: "2px solid var(--warn)" },
  ".cm-foldPlaceholder": { backgroundColor: "var(--accent-tint)", border: "none", color: "var(--accent)", padding: "0 6px" },
  ".cm-tooltip": {
    border: "1px solid var(--rule)",
    borderRadius: "8px",
    backgroundColor: "var(--raised)",
    color: "var(--ink)",
    boxShadow: "var(--shadow-2)",
    overflow: "hidden",
  },
  // What is said of the chosen one stands beside the list, outside its box.
  ".cm-tooltip.cm-tooltip-autocomplete": { overflow: "visible" },
  ".cm-tooltip.cm-tooltip-autocomplete > ul": { fontFamily: "var(--mono)", fontSize: "13px", maxHeight: "18em", borderRadius: "7px" },
  ".cm-tooltip.cm-tooltip-autocomplete > ul > li": { padding: "3px 8px", lineHeight: "1.45" },
  ".cm-tooltip-autocomplete ul li[aria-selected]": { backgroundColor: "var(--accent)", color: "var(--on-accent)" },
  ".cm-completionDetail": { color: "var(--soft)", fontStyle: "normal", fontFamily: "var(--sans)", fontSize: "12px" },
  "li[aria-selected] .cm-completionDetail": { color: "inherit", opacity: "0.85" },
  ".cm-completionMatchedText": { textDecoration: "none", fontWeight: "700" },
  ".cm-completionInfo": { padding: "8px 12px", maxWidth: "26rem", fontFamily: "var(--sans)" },
  // Where there is no room beside the list: at its end that is away from the text.
  ".cm-tooltip-below > .cm-completionInfo-left-narrow, .cm-tooltip-below > .cm-completionInfo-right-narrow": { top: "100% !important", left: "0", right: "0" },
  ".cm-tooltip-above > .cm-completionInfo-left-narrow, .cm-tooltip-above > .cm-completionInfo-right-narrow": {
    top: "auto !important",
    bottom: "100%",
    left: "0",
    right: "0",
  },
  ".cm-panels": { backgroundColor: "var(--sunken)", color: "var(--ink)", borderColor: "var(--rule)" },
  ".cm-panel.cm-search": { display: "flex", flexWrap: "wrap", gap: "6px", alignItems: "center", padding: "8px", "& br": { display: "none" } },
  ".cm-textfield": { width: "12rem", borderRadius: "6px", minHeight: "1.9rem" },
  ".cm-panel.cm-search .cm-button": {
    backgroundImage: "none",
    backgroundColor: "var(--surface)",
    border: "1px solid var(--rule-strong)",
    borderRadius: "6px",
    color: "var(--ink)",
    padding: "3px 10px",
  },
  ".cm-panel.cm-search label": { display: "inline-flex", alignItems: "center", gap: "4px", fontSize: "13px" },
  ".cm-diagnostic": { padding: "6px 10px", maxWidth: "34rem", fontFamily: "var(--sans)", fontSize: "13px" },
  ".cm-diagnostic-error": { borderLeft: "4px solid var(--bad)" },
  ".cm-diagnostic-warning": { borderLeft: "4px solid var(--warn)" },
  ".cm-diagnosticAction": {
    margin: "6px 0 2px",
    padding: "3px 10px",
    borderRadius: "6px",
    backgroundColor: "var(--accent)",
    color: "var(--on-accent)",
    cursor: "pointer",
  },
  ".cm-lintRange-error": { backgroundImage: "none", textDecoration: "underline wavy var(--bad) 1.5px", textUnderlineOffset: "3px" },
  ".cm-lintRange-warning": { backgroundImage: "none", textDecoration: "underline wavy var(--warn) 1.5px", textUnderlineOffset: "3px" },
  ".cm-lint-marker-error": { content: "none", width: "0.6em", height: "0.6em", margin: "0.45em 0.2em", borderRadius: "50%", backgroundColor: "var(--bad)" },
  ".cm-lint-marker-warning": { content: "none", width: "0.6em", height: "0.6em", margin: "0.45em 0.2em", borderRadius: "50%", backgroundColor: "var(--warn)" },
  ".cm-node-here": { backgroundColor: "color-mix(in srgb, var(--accent) 12%, transparent)" },
});

/** What CodeMirror says by itself, in the reader's language. */
function phrases() {
  return EditorState.phrases.of({
    "Control character": t("Control character"),
    "Selection deleted": t("Selection deleted"),
    "Folded lines": t("Folded lines"),
    "Unfolded lines": t("Unfolded lines"),
    to: t("to"),
    "folded code": t("folded code"),
    unfold: t("unfold"),
    "Fold line": t("Fold line"),
    "Unfold line": t("Unfold line"),
    "Go to line": t("Go to line"),
    go: t("go"),
    Find: t("Find"),
    Replace: t("Replace"),
    next: t("next"),
    previous: t("previous"),
    all: t("all"),
    "match case": t("match case"),
    "by word": t("by word"),
    replace: t("replace"),
    "replace all": t("replace all"),
    close: t("close"),
    "current match": t("current match"),
    "replaced $ matches": t("replaced $ matches"),
    "replaced match on line $": t("replaced match on line $"),
    "on line": t("on line"),
    Completions: t("Completions"),
    Diagnostics: t("Diagnostics"),
    "No diagnostics": t("No diagnostics"),
    regexp: t("regexp"),
  });
}

export function look() {
  return [shapes, syntaxHighlighting(colours), phrases()];
}
