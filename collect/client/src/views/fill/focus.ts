/** Leading a person to a question. */
import { nextTick } from 'vue';
import { htmlId } from '@/components/form/nodes';
import type { AnyNode } from '@/engine/types';

const CONTROLS = 'input:not([type=hidden]), select, textarea, button, [tabindex="0"]';
const FRAMES = 30;

const frame = () => new Promise((resolve) => setTimeout(resolve, 16));

/** Waits until page, row and control are there: some controls are loaded when they are needed first. */
export async function focusNode(node: AnyNode): Promise<void> {
  await nextTick();
  for (let attempt = 0; attempt < FRAMES; attempt += 1) {
    const place = document.getElementById(htmlId(node));
    const control = place?.querySelector<HTMLElement>(CONTROLS);
    if (place && (control || attempt === FRAMES - 1)) {
      place.scrollIntoView?.({ block: 'center' });
      // A control may name its own place for the focus, such as a group of buttons of which none may be pressed by chance.
      for (const one of [document.getElementById(htmlId(node, 'input')), control, place]) {
        one?.focus({ preventScroll: true });
        if (one && document.activeElement === one) return;
      }
      return;
    }
    await frame();
  }
}
