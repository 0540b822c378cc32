// Moving about in a picture that is larger than its window, by wheel, pinch, dragging and keys. The picture is laid out
// once and then only transformed: a hundred nodes move as lightly as ten.

export interface Box {
  x: number;
  y: number;
  width: number;
  height: number;
}

const CLOSEST = 3; // times as large as drawn
const STEP = 1.25;
const DRAGGED = 4; // px until a press is no click
const GLIDE = 220; // ms
const READABLE = 0.62;
const BESIDE = 16; // of the ground seen beside the picture

export class Viewport {
  private svg: SVGSVGElement | undefined;
  private size = { width: 1, height: 1 }; // of the picture
  private x = 0;
  private y = 0;
  private scale = 1;
  private readonly fingers = new Map<number, PointerEvent>();
  private gliding = 0;
  private waiting: number | undefined;
  /** Whether the last press was a drag, and is no click. */
  dragged = false;

  constructor(
    private readonly window: HTMLElement,
    private readonly changed: (scale: number) => void = () => {},
  ) {
    window.addEventListener("wheel", (event) => this.wheel(event), { passive: false });
    window.addEventListener("pointerdown", (event) => this.down(event));
    window.addEventListener("pointermove", (event) => this.move(event));
    for (const end of ["pointerup", "pointercancel"] as const)
      window.addEventListener(end, (event) => this.fingers.delete(event.pointerId));
    new ResizeObserver(() => (this.waiting === undefined ? this.write() : this.begin(this.waiting))).observe(window);
  }

  /** Look at another picture: at the same place, if it is a new state of the last one; else where `start` is. */
  show(svg: SVGSVGElement, same: boolean, start: number): void {
    const { width, height } = svg.viewBox.baseVal;
    this.svg = svg;
    this.size = { width, height };
    if (same) this.write();
    else this.begin(start);
  }

  /** The upper end around where calls begin, at a size that can be read. */
  private begin(start: number): void {
    const { clientWidth: width } = this.window;
    this.waiting = width ? undefined : start; // not to be seen yet
    this.scale = width ? Math.min(1, Math.max(READABLE, width / this.size.width)) : 1;
    const seen = width / this.scale;
    this.x = seen >= this.size.width ? (this.size.width - seen) / 2 : between(0, start - seen / 2, this.size.width - seen);
    this.y = 0;
    this.write();
  }

  /** All of it. */
  fit(): void {
    const { clientWidth: width, clientHeight: height } = this.window;
    const scale = Math.min(1.2, width / this.size.width, height / this.size.height);
    this.glide((this.size.width - width / scale) / 2, (this.size.height - height / scale) / 2, scale);
  }

  /** Closer or farther, around the middle. */
  zoom(closer: boolean): void {
    const { left, top, width, height } = this.window.getBoundingClientRect();
    this.zoomAt(left + width / 2, top + height / 2, closer ? STEP : 1 / STEP);
  }

  pan(dx: number, dy: number): void {
    this.x += dx / this.scale;
    this.y += dy / this.scale;
    this.write();
  }

  /** Bring a part into the window, if it is not in it already. */
  reveal({ x, y, width, height }: Box): void {
    const [w, h] = [this.window.clientWidth / this.scale, this.window.clientHeight / this.scale];
    const [edgeX, edgeY] = [w * 0.06, h * 0.06];
    const inside = x >= this.x + edgeX && x + width <= this.x + w - edgeX && y >= this.y + edgeY && y + height <= this.y + h - edgeY;
    if (inside) return;
    const middle = (from: number, size: number, seen: number, whole: number) =>
      seen >= whole + 2 * BESIDE ? (whole - seen) / 2 : between(-BESIDE, from + size / 2 - seen / 2, whole - seen + BESIDE);
    this.glide(middle(x, width, w, this.size.width), middle(y, height, h, this.size.height), this.scale);
  }

  private glide(x: number, y: number, scale: number): void {
    cancelAnimationFrame(this.gliding);
    const from = { x: this.x, y: this.y, scale: this.scale };
    const still = matchMedia("(prefers-reduced-motion: reduce)").matches || document.hidden;
    const began = performance.now();
    const step = (now: number) => {
      const part = still ? 1 : Math.min(1, (now - began) / GLIDE);
      const eased = 1 - (1 - part) ** 3;
      this.x = from.x + (x - from.x) * eased;
      this.y = from.y + (y - from.y) * eased;
      this.scale = from.scale + (scale - from.scale) * eased;
      this.write();
      if (part < 1) this.gliding = requestAnimationFrame(step);
    };
    step(began);
  }

  private zoomAt(clientX: number, clientY: number, factor: number): void {
    const { left, top } = this.window.getBoundingClientRect();
    const smallest = Math.min(0.2, this.window.clientWidth / this.size.width, this.window.clientHeight / this.size.height);
    const scale = Math.min(CLOSEST, Math.max(smallest, this.scale * factor));
    this.x += (clientX - left) * (1 / this.scale - 1 / scale);
    this.y += (clientY - top) * (1 / this.scale - 1 / scale);
    this.scale = scale;
    this.write();
  }

  private wheel(event: WheelEvent): void {
    event.preventDefault();
    const lines = event.deltaMode === WheelEvent.DOM_DELTA_LINE ? 18 : 1;
    const [dx, dy] = [event.deltaX * lines, event.deltaY * lines];
    // A pinch on a pad comes as a wheel with Ctrl; two fingers there move in both ways, a wheel's notches in one.
    const notch = !event.shiftKey && dx === 0 && Math.abs(dy) >= 50;
    if (event.ctrlKey || event.metaKey) this.zoomAt(event.clientX, event.clientY, Math.exp(-dy / (Math.abs(dy) >= 50 ? 400 : 120)));
    else if (notch) this.zoomAt(event.clientX, event.clientY, dy < 0 ? STEP : 1 / STEP);
    else this.pan(event.shiftKey && dx === 0 ? dy : dx, event.shiftKey && dx === 0 ? 0 : dy);
  }

  private down(event: PointerEvent): void {
    if (event.button !== 0) return;
    this.fingers.set(event.pointerId, event);
    if (this.fingers.size === 1) this.dragged = false;
  }

  private move(event: PointerEvent): void {
    const before = this.fingers.get(event.pointerId);
    if (!before) return;
    const [dx, dy] = [event.clientX - before.clientX, event.clientY - before.clientY];
    if (!this.dragged && this.fingers.size === 1 && Math.hypot(dx, dy) < DRAGGED) return;
    if (!this.dragged) this.window.setPointerCapture(event.pointerId);
    this.dragged = true;
    this.fingers.set(event.pointerId, event);
    const other = [...this.fingers].find(([id]) => id !== event.pointerId)?.[1];
    if (!other) return this.pan(-dx, -dy);
    const gap = (one: PointerEvent) => Math.hypot(one.clientX - other.clientX, one.clientY - other.clientY) || 1;
    this.zoomAt((event.clientX + other.clientX) / 2, (event.clientY + other.clientY) / 2, gap(event) / gap(before));
    this.pan(-dx / 2, -dy / 2);
  }

  private write(): void {
    const { clientWidth: width, clientHeight: height } = this.window;
    if (!this.svg || !width || !height) return;
    const [w, h] = [width / this.scale, height / this.scale];
    // Some of the picture is always there.
    this.x = between(-w * 0.75, this.x, this.size.width - w * 0.25);
    this.y = between(-h * 0.75, this.y, this.size.height - h * 0.25);
    this.svg.style.transform = `translate(${-this.x * this.scale}px, ${-this.y * this.scale}px) scale(${this.scale})`;
    this.changed(this.scale);
  }
}

function between(least: number, value: number, most: number): number {
  return Math.max(least, Math.min(value, most));
}
