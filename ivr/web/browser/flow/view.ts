// Looking at a large picture: moved by dragging and arrows, zoomed by wheel, pinch and keys. What is seen is the
// viewBox of the drawing, so that nothing has to be styled.

const LEAST = 0.2; // of the size the picture has
const MOST = 3;
const STEP = 1.25;

export class View {
  #box = { x: 0, y: 0, width: 1, height: 1 };
  #whole = { width: 1, height: 1 };
  #svg: SVGSVGElement | null = null;
  readonly #pointers = new Map<number, { x: number; y: number }>();
  #moved = 0;

  constructor(readonly frame: HTMLElement) {
    frame.addEventListener("wheel", (event) => this.#wheel(event), { passive: false });
    frame.addEventListener("pointerdown", (event) => this.#down(event));
    frame.addEventListener("pointermove", (event) => this.#move(event));
    for (const kind of ["pointerup", "pointercancel", "pointerleave"] as const)
      frame.addEventListener(kind, (event) => this.#pointers.delete(event.pointerId));
    new ResizeObserver(() => this.#svg && this.#set(this.#box.x, this.#box.y, this.#scale)).observe(frame);
  }

  /** Whether the last press was a drag, and so no click. */
  get dragged(): boolean {
    return this.#moved > 5;
  }

  /** Look at another drawing: where one looked before, if it is of the same flow. */
  show(svg: SVGSVGElement, anew: boolean): void {
    const before = this.#scale;
    this.#svg = svg;
    const { width, height } = svg.viewBox.baseVal;
    this.#whole = { width, height };
    svg.removeAttribute("width");
    svg.removeAttribute("height");
    svg.setAttribute("preserveAspectRatio", "xMidYMin meet");
    if (anew) this.fit();
    else this.#set(this.#box.x, this.#box.y, before);
  }

  fit(): void {
    const { clientWidth, clientHeight } = this.frame;
    const scale = Math.min(1, clientWidth / this.#whole.width, clientHeight / this.#whole.height);
    this.#set((this.#whole.width - clientWidth / scale) / 2, 0, Math.max(scale, LEAST));
  }

  zoom(factor: number, at = { x: this.frame.clientWidth / 2, y: this.frame.clientHeight / 2 }): void {
    const [before, after] = [this.#scale, Math.min(MOST, Math.max(LEAST, this.#scale * factor))];
    this.#set(this.#box.x + at.x / before - at.x / after, this.#box.y + at.y / before - at.y / after, after);
  }

  pan(x: number, y: number): void {
    this.#set(this.#box.x + x / this.#scale, this.#box.y + y / this.#scale, this.#scale);
  }

  /** Bring something into view, and leave it where it is if it is there. */
  reveal(element: SVGGraphicsElement): void {
    const [here, frame] = [element.getBoundingClientRect(), this.frame.getBoundingClientRect()];
    const edge = 24;
    if (here.left > frame.left + edge && here.right < frame.right - edge && here.top > frame.top + edge && here.bottom < frame.bottom - edge)
      return;
    this.pan(here.left + here.width / 2 - frame.left - frame.width / 2, here.top + here.height / 2 - frame.top - frame.height / 2);
  }

  /** A key of the keyboard; whether it was one of ours. */
  key(event: KeyboardEvent): boolean {
    const far = event.shiftKey ? 200 : 60;
    const acts: Record<string, () => void> = {
      "+": () => this.zoom(STEP), "=": () => this.zoom(STEP), "-": () => this.zoom(1 / STEP), "0": () => this.fit(),
      ArrowLeft: () => this.pan(-far, 0), ArrowRight: () => this.pan(far, 0), ArrowUp: () => this.pan(0, -far), ArrowDown: () => this.pan(0, far),
    };
    acts[event.key]?.();
    return event.key in acts;
  }

  get #scale(): number {
    return this.frame.clientWidth / this.#box.width || 1;
  }

  #set(x: number, y: number, scale: number): void {
    const [width, height] = [this.frame.clientWidth / scale, this.frame.clientHeight / scale];
    const free = 0.8; // so much of the frame may be empty
    this.#box = {
      x: Math.min(Math.max(x, -width * free), this.#whole.width - width * (1 - free)),
      y: Math.min(Math.max(y, -height * free), this.#whole.height - height * (1 - free)),
      width, height,
    };
    this.#svg?.setAttribute("viewBox", `${this.#box.x} ${this.#box.y} ${width || 1} ${height || 1}`);
  }

  #wheel(event: WheelEvent): void {
    event.preventDefault();
    const { left, top } = this.frame.getBoundingClientRect();
    if (event.ctrlKey || event.metaKey || Math.abs(event.deltaY) >= 50)
      this.zoom(Math.exp(-Math.sign(event.deltaY) * Math.min(Math.abs(event.deltaY), 60) / 250), { x: event.clientX - left, y: event.clientY - top });
    else this.pan(event.deltaX, event.deltaY);
  }

  #down(event: PointerEvent): void {
    if (event.button) return;
    this.#pointers.set(event.pointerId, { x: event.clientX, y: event.clientY });
    this.#moved = 0;
  }

  #move(event: PointerEvent): void {
    const before = this.#pointers.get(event.pointerId);
    if (!before) return;
    const now = { x: event.clientX, y: event.clientY };
    const other = [...this.#pointers].find(([id]) => id !== event.pointerId)?.[1];
    this.#moved += Math.hypot(now.x - before.x, now.y - before.y);
    if (this.dragged) this.frame.setPointerCapture(event.pointerId);
    if (other) {
      const { left, top } = this.frame.getBoundingClientRect();
      const spread = (point: { x: number; y: number }) => Math.hypot(point.x - other.x, point.y - other.y) || 1;
      this.zoom(spread(now) / spread(before), { x: (now.x + other.x) / 2 - left, y: (now.y + other.y) / 2 - top });
    } else this.pan(before.x - now.x, before.y - now.y);
    this.#pointers.set(event.pointerId, now);
  }
}
