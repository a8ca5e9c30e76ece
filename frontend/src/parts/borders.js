// The outlines of countries, read from the picture of the world that the build makes: ten units are a degree.

import { answerAt } from "./when_visible.js";

const STEPS = 10;

/** Each country with its code, empty when it has none, and its rings as lists of latitude and longitude. */
export async function bordersAt(address) {
  const picture = new DOMParser().parseFromString(await answerAt(address, "image/svg+xml"), "image/svg+xml");
  return [...picture.querySelectorAll("path")].map((path) => ({ code: path.id, rings: ringsOf(path.getAttribute("d")) }));
}

function ringsOf(outline) {
  return outline.split("M").filter(Boolean).map((ring) => {
    const numbers = ring.match(/-?\d+/g).map(Number);
    const points = [];
    let [x, y] = [0, 0];
    for (let index = 0; index < numbers.length; index += 2) {
      x += numbers[index];
      y += numbers[index + 1];
      points.push([-y / STEPS, x / STEPS]);
    }
    return points;
  });
}
