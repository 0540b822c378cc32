// A picture of hundreds of nodes in portions: to style and lay out all of it at once would hold the page up for longer
// than a key or a click may wait.

const CROWD = 12; // children from which on a group is taken apart
const LARGE = 900; // elements below which a picture is put in whole
const PORTION = 260; // elements

/** Puts a portion back where it was; returns what was put there. */
type Portion = () => Element[];

/** Take a large picture apart: what is left is its frame, and each portion puts more of it back, in its order. */
export function apart(svg: SVGSVGElement): Portion[] {
  if (svg.getElementsByTagName("*").length < LARGE) return [];
  const parts: [parent: Element, child: Element, size: number][] = [];
  for (const group of svg.querySelectorAll("g")) {
    if (!svg.contains(group) || group.childElementCount <= CROWD) continue;
    for (const child of group.children) parts.push([group, child, 1 + child.getElementsByTagName("*").length]);
    group.replaceChildren();
  }
  const portions: [Element, Element][][] = [];
  let room = 0;
  for (const [parent, child, size] of parts) {
    if (room < size || !portions.length) {
      portions.push([]);
      room = PORTION;
    }
    room -= size;
    portions.at(-1)?.push([parent, child]);
  }
  return portions.map((portion) => () => {
    for (const [parent, child] of portion) parent.append(child);
    return portion.map(([, child]) => child);
  });
}
