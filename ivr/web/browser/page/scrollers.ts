/** What is wider than its place can be scrolled by keyboard, too: it takes the focus while it is. */

const WIDE = ".table-wrap, .prose pre, .prose table, pre.code, .diff";

function mark(element: Element): void {
  const wide = element.scrollWidth > element.clientWidth || element.scrollHeight > element.clientHeight;
  if (wide) element.setAttribute("tabindex", "0");
  else element.removeAttribute("tabindex");
}

export function scrollers(): void {
  const watcher = new ResizeObserver((entries) => entries.forEach((entry) => mark(entry.target)));
  for (const element of document.querySelectorAll(WIDE)) {
    mark(element);
    watcher.observe(element);
  }
}
