/**
 * Doing something that moves the page only when no tap is under way: between pressing and letting go of a button, a
 * sentence that appears above it would make the tap miss.
 */
let pressed = false;
const waiting: (() => void)[] = [];

function released() {
  pressed = false;
  // The click comes after this event and before the next task.
  for (const run of waiting.splice(0)) setTimeout(run);
}

if (typeof window !== 'undefined') {
  window.addEventListener('pointerdown', () => (pressed = true), true);
  window.addEventListener('pointerup', released, true);
  window.addEventListener('pointercancel', released, true);
}

export function afterTap(run: () => void): void {
  if (pressed) waiting.push(run);
  else setTimeout(run);
}
