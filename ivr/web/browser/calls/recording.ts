// `<ivory-recording>`: the browser's own player, and above it how loud each side is, to click into.

import { t } from "../messages.ts";
import { h } from "../page/dom.ts";
import { clock } from "../page/times.ts";

const SVG = "http://www.w3.org/2000/svg";
const HIGH = 22; // of one side

interface Peaks {
  seconds: number | null;
  channels: number[][];
}

class Recording extends HTMLElement {
  private bars: SVGElement[] = [];
  private seconds = 0;

  connectedCallback(): void {
    const sound = this.querySelector("audio");
    if (sound && this.dataset["peaks"]) void this.draw(sound, this.dataset["peaks"]);
  }

  private async draw(sound: HTMLAudioElement, from: string): Promise<void> {
    const answer = await fetch(from);
    if (!answer.ok) return; // the player alone does
    const { seconds, channels } = (await answer.json()) as Peaks;
    const count = channels[0]?.length ?? 0;
    if (!count) return;
    this.seconds = seconds ?? 0;
    const svg = document.createElementNS(SVG, "svg");
    svg.setAttribute("viewBox", `0 0 ${count} ${HIGH * channels.length}`);
    svg.setAttribute("preserveAspectRatio", "none");
    svg.setAttribute("class", "loudness");
    const most = Math.max(1, ...channels.flat()); // quiet lines are looked at as well
    channels.forEach((channel, side) => {
      channel.forEach((loud, place) => svg.append(bar(place, side, Math.max(1, (loud / most) * (HIGH - 2)))));
    });
    this.bars = [...svg.querySelectorAll("rect")];
    const at = h("span", { class: "loudness-at soft small num" });
    const slider = h("div", {
      class: "loudness-bar", role: "slider", tabindex: 0, "aria-label": t("Place in the recording"), "aria-valuemin": 0, "aria-valuemax": 100, "aria-valuenow": 0,
    });
    slider.append(svg);
    this.prepend(slider, at);
    slider.addEventListener("click", (event) => {
      const box = slider.getBoundingClientRect();
      this.go(sound, (event.clientX - box.left) / box.width);
    });
    slider.addEventListener("keydown", (event) => {
      const by = { ArrowLeft: -5, ArrowRight: 5, Home: Number.NEGATIVE_INFINITY }[event.key];
      if (by === undefined) return;
      event.preventDefault();
      this.go(sound, Math.max(0, sound.currentTime + by) / this.length(sound));
    });
    sound.addEventListener("timeupdate", () => this.passed(sound, slider, at, count));
  }

  private length(sound: HTMLAudioElement): number {
    return Number.isFinite(sound.duration) && sound.duration ? sound.duration : this.seconds || 1;
  }

  private go(sound: HTMLAudioElement, share: number): void {
    sound.currentTime = Math.min(1, Math.max(0, share)) * this.length(sound);
    void sound.play();
  }

  private passed(sound: HTMLAudioElement, slider: HTMLElement, at: HTMLElement, count: number): void {
    const share = sound.currentTime / this.length(sound);
    this.bars.forEach((each, index) => each.classList.toggle("heard", (index % count) / count < share));
    slider.setAttribute("aria-valuenow", String(Math.round(share * 100)));
    slider.setAttribute("aria-valuetext", clock(sound.currentTime));
    at.textContent = `${clock(sound.currentTime)} / ${clock(this.length(sound))}`;
  }
}

function bar(place: number, side: number, height: number): SVGRectElement {
  const rect = document.createElementNS(SVG, "rect");
  const values = { x: place + 0.15, y: side * HIGH + (HIGH - height) / 2, width: 0.7, height };
  for (const [name, value] of Object.entries(values)) rect.setAttribute(name, String(value));
  return rect;
}

customElements.define("ivory-recording", Recording);
