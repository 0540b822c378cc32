// Menus (`<details class="menu">`): closed by Escape and by a click elsewhere, walked through by arrow keys. An open
// one lies over everything else, so that the end of a table does not cut it off.

import { all, on } from "./dom.ts";

const GAP = 4; // px to what opens it, and to the edge of the window

export function menus(): void {
  document.addEventListener("toggle", (event) => {
    if (event.target instanceof HTMLDetailsElement && event.target.matches(".menu")) raise(event.target);
  }, true);
  addEventListener("resize", closeAll);
  document.addEventListener("scroll", (event) => {
    if (!(event.target instanceof Element && event.target.closest(".menu-panel"))) closeAll();
  }, { capture: true, passive: true });
  document.addEventListener("click", (event) => {
    for (const menu of all<HTMLDetailsElement>("details.menu[open]"))
      if (!(event.target instanceof Node) || !menu.contains(event.target)) menu.open = false;
  });
  on("click", ".menu-item", (item) => item.closest("details")?.removeAttribute("open"));
  on("keydown", "details.menu", (menu, event) => {
    const items = all(".menu-item", menu);
    const at = items.indexOf(document.activeElement as HTMLElement);
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    if (event.key === "Escape") {
      menu.removeAttribute("open");
      menu.querySelector("summary")?.focus();
    } else if (step && items.length) {
      menu.setAttribute("open", "");
      items[(at < 0 && step < 0 ? -1 : at + step + items.length) % items.length]?.focus();
      event.preventDefault();
    }
  });
}

function closeAll(): void {
  for (const menu of all<HTMLDetailsElement>("details.menu[open]")) menu.open = false;
}

/** Put the open panel where there is room for it: below or above, to the left or the right. */
function raise(menu: HTMLDetailsElement): void {
  const panel = menu.querySelector<HTMLElement>(".menu-panel");
  const opener = menu.querySelector("summary")?.getBoundingClientRect();
  if (!panel || !opener) return;
  if (!menu.open) return panel.removeAttribute("popover");
  panel.popover = "manual";
  panel.showPopover();
  const { width, height } = panel.getBoundingClientRect();
  const below = opener.bottom + GAP + height <= innerHeight || opener.top < height;
  const left = opener.right - width >= GAP ? opener.right - width : opener.left;
  panel.style.left = `${Math.max(GAP, Math.min(left, innerWidth - width - GAP))}px`;
  panel.style.top = `${below ? opener.bottom + GAP : opener.top - GAP - height}px`;
}
