// The colours of the page for pictures that CSS does not reach.

const DARK = matchMedia("(prefers-color-scheme: dark)");

/** What the page calls *name*, such as `--ink`, is now. */
export function colour(name) {
  return getComputedStyle(document.documentElement).getPropertyValue(name).trim();
}

/** Call *again* whenever the page turns dark or light. */
export function onChange(again) {
  DARK.addEventListener("change", again);
}

/** Whether the reader asks for less motion. */
export const CALM = matchMedia("(prefers-reduced-motion: reduce)").matches;
