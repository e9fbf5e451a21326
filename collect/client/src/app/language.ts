/** The language of the tablet: kept, and changed at once everywhere. */
import { setLanguage, type Language } from '@/locales';
import { getMeta, putMeta } from '@/store/meta';

const KEY = 'language';

export async function loadLanguage(): Promise<void> {
  setLanguage((await getMeta<Language>(KEY)) === 'en' ? 'en' : 'th');
}

export async function chooseLanguage(wanted: Language): Promise<void> {
  setLanguage(wanted);
  await putMeta(KEY, wanted);
}
