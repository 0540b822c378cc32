// One thing is heard at a time; the button that began it ends it, too.

import { t } from "../messages.ts";
import { icon } from "../page/dom.ts";
import { toast } from "../page/toasts.ts";

const audio = new Audio();
let playing: HTMLElement | null = null;

audio.addEventListener("ended", quiet);

export async function play(button: HTMLElement, address: string): Promise<void> {
  const again = playing === button;
  quiet();
  if (again) return;
  playing = button;
  button.querySelector(".icon")?.replaceWith(icon("stop"));
  audio.src = address;
  try {
    await audio.play();
  } catch (error) {
    if (playing !== button || (error as DOMException).name === "AbortError") return;
    quiet();
    toast(t("That cannot be heard"), { tone: "bad" });
  }
}

export function quiet(): void {
  audio.pause();
  playing?.querySelector(".icon")?.replaceWith(icon("play"));
  playing = null;
}
