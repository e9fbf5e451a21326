/** Sentences for dates that do not hold together. */
import { language, t } from '@/locales';
import { eraOf, monthNames, type Reading } from './calendar';

/** What to tell about a reading; null when it is a date, or blank. */
export function dateProblem(reading: Reading): string | null {
  const era = eraOf(language.value);
  switch (reading.is) {
    case 'incomplete':
      return t('media.dateIncomplete');
    case 'no_such_year':
      return t(era === 'be' ? 'media.yearWrongBe' : 'media.yearWrongCe');
    case 'no_such_day':
      return t('media.noSuchDay', {
        month: monthNames(era)[reading.month - 1] ?? '',
        year: reading.year,
        last: reading.last,
      });
    default:
      return null;
  }
}
