/** The language a form is shown in: Thai first where it has Thai, unless the person reads the application in another. */
import { ref } from 'vue';
import type { OpenRecord } from '@/engine/types';
import { language } from '@/locales';

const THAI = /\(th\)|^th$|ไทย|thai/i;
const ENGLISH = /\(en\)|^en$|english|อังกฤษ/i;

/** Thai at the front. */
export function inOrder(languages: readonly string[]): string[] {
  return [...languages.filter((one) => THAI.test(one)), ...languages.filter((one) => !THAI.test(one))];
}

export function preferred(languages: readonly string[], kept: string | null): string | null {
  if (kept !== null && languages.includes(kept)) return kept;
  const wanted = language.value === 'en' ? ENGLISH : THAI;
  return languages.find((one) => wanted.test(one)) ?? inOrder(languages)[0] ?? null;
}

export function useFormLanguage(record: OpenRecord, kept: string | null) {
  const all = inOrder(record.languages());
  const shown = ref(preferred(all, kept));
  const set = (wanted: string) => {
    record.setLanguage(wanted);
    shown.value = wanted;
  };
  if (shown.value !== null) record.setLanguage(shown.value);
  return { all, shown, set };
}

export type FormLanguage = ReturnType<typeof useFormLanguage>;
