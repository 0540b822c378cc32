// Prompts: listening in the list, and the studio.

import { on } from "../page/dom.ts";
import { of, sound } from "../prompts/line.ts";
import { play } from "../prompts/player.ts";
import { Studio } from "../prompts/studio.ts";

const dialog = document.getElementById("studio");
if (dialog instanceof HTMLDialogElement) new Studio(dialog);

on("click", "[data-play]", (button) => {
  const row = button.closest<HTMLElement>("[data-line]");
  if (row) void play(button, sound(of(row)));
});
