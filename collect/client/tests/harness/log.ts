/** What the widgets asked for, in order; the tests read it as `window.widgets.log`. */
import { reactive, ref } from 'vue';

export const log = reactive<string[]>([]);
/** Bytes free on the tablet, as the queue would tell; null where the browser does not say. */
export const free = ref<number | null>(4_000_000_000);
/** The next file that is kept meets a full database. */
export const full = ref(false);
