// Words of the schema on the screen: the little of Markdown that they use, made into elements. Nothing of it is
// ever read as HTML.

import { h } from "../page/dom.ts";

/** Paragraphs with `code`, **strong** and [links](…). */
export function explained(markdown: string, docs = ""): HTMLElement {
  const box = h("div", { class: "explained" });
  let code: string[] | undefined;
  for (const paragraph of markdown.split(/\n\n+/)) {
    const fence = /^```\w*\n([\s\S]*?)\n?```$/.exec(paragraph.trim());
    if (fence) box.append(h("pre", { class: "code" }, fence[1] ?? ""));
    else if (code) code.push(paragraph);
    else box.append(h("p", {}, ...spans(paragraph.replaceAll("\n", " "), docs)));
  }
  return box;
}

function spans(text: string, docs: string): (Node | string)[] {
  const parts: (Node | string)[] = [];
  let last = 0;
  for (const found of text.matchAll(/`([^`]+)`|\*\*([^*]+)\*\*|\[([^\]]+)\]\(([^)\s]+)\)/g)) {
    parts.push(text.slice(last, found.index));
    const [whole, code, strong, words, to] = found;
    if (code) parts.push(h("code", {}, code));
    else if (strong) parts.push(h("strong", {}, strong));
    else parts.push(linked(words ?? "", to ?? "", docs));
    last = found.index + whole.length;
  }
  parts.push(text.slice(last));
  return parts;
}

function linked(words: string, to: string, docs: string): HTMLElement {
  const href = /^https?:/.test(to) ? to : docs ? `${docs}/${to.replace(/\.md\b/, "")}` : "";
  return href ? h("a", { href, target: "_blank", rel: "noopener" }, words) : h("span", {}, words);
}
