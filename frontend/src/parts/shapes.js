// Small shapes that stand for kinds, in legends and as markers: what a colour says, the shape says as well.

import { drawn } from "./elements.js";

/** How wide the ring around a number is, in pixels. */
export const RING = 5;

const PATHS = {
  circle: "M12 3a9 9 0 1 0 .01 0z",
  square: "M4 4h16v16H4z",
  triangle: "M12 2.5 22 21H2z",
  diamond: "M12 1.5 22.5 12 12 22.5 1.5 12z",
  hexagon: "M6.5 2.5h11L23 12l-5.5 9.5h-11L1 12z",
  star: "M12 1l3.2 7.2 7.8.8-5.8 5.2 1.7 7.8L12 18l-6.9 4 1.7-7.8L1 9l7.8-.8z",
};

/** A *shape* as an SVG that a class colours. */
export function shapeOf(shape, className, size = 16) {
  return drawn(
    "svg",
    { viewBox: "0 0 24 24", width: size, height: size, class: `shape ${className}`, "aria-hidden": "true", focusable: "false" },
    drawn("path", { d: PATHS[shape] }),
  );
}

/** A line that a class colours, with the dashes given. */
export function lineOf(dashes, className) {
  return drawn(
    "svg",
    { viewBox: "0 0 32 8", width: 32, height: 8, class: `shape ${className}`, "aria-hidden": "true", focusable: "false" },
    drawn("path", { d: "M1 4h30", "stroke-width": 3, "stroke-dasharray": dashes.length ? dashes.join(" ") : false }),
  );
}

/** A disc with the sum of *shares* in its middle, around it a ring of their parts: each is a class that colours it, and a number. */
export function ringOf(shares, radius) {
  const total = shares.reduce((sum, [, number]) => sum + number, 0);
  const middle = { cx: radius, cy: radius };
  let before = 0;
  const parts = shares.map(([className, number]) => {
    const part = drawn("circle", {
      ...middle, r: radius - 1 - RING / 2, class: `ring ${className}`, pathLength: total, "stroke-width": RING,
      "stroke-dasharray": `${number} ${total - number}`, "stroke-dashoffset": -before,
    });
    before += number;
    return part;
  });
  return drawn(
    "svg",
    { viewBox: `0 0 ${2 * radius} ${2 * radius}`, width: 2 * radius, height: 2 * radius, "aria-hidden": "true", focusable: "false" },
    drawn("circle", { ...middle, r: radius, class: "disc" }),
    ...parts,
    drawn("text", { x: radius, y: radius, "text-anchor": "middle", "dominant-baseline": "central" }, String(total)),
  );
}
