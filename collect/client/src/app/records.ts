/** How a record is called, and when it was made, where a list or page shows it. */
import { t } from '@/locales';
import type { RecordRow } from '@/store/types';

/** Another tablet made it: its row came with the office's word on it, so it does not say when it was begun or finished. */
export const fromElsewhere = (row: RecordRow): boolean => row.state !== 'draft' && row.finishedAt === null;

/** Before a record of another tablet is fetched, only its form is known. */
export const titleOf = (row: RecordRow): string => row.name || (fromElsewhere(row) ? row.formTitle : t('app.noName'));

/** What stands below the title: the form, unless the title says it. */
export const leadOf = (row: RecordRow): string => (titleOf(row) === row.formTitle ? '' : row.formTitle);

/** Milliseconds by the tablet's clock, or the office's ISO instant. */
export function timeOf(row: RecordRow): number | string {
  if (fromElsewhere(row)) return row.receipt?.receivedAt ?? row.verdict?.at ?? row.changedAt;
  return row.finishedAt ?? row.changedAt;
}
