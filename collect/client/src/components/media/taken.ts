/** What a picture says of itself, as it is kept with the file. */
import { t } from '@/locales';
import type { FileRow } from '@/store/types';

export type Taken = NonNullable<FileRow['taken']>;
/** Why time or position are missing; empty when both are there. */
export type TakenNote =
  '' | 'no_exif' | 'no_time' | 'no_position' | 'no_time_or_position' | 'not_jpeg' | 'heic' | 'unreadable';

const NOTES = {
  no_exif: 'media.noteNoExif',
  no_time: 'media.noteNoTime',
  no_position: 'media.noteNoPosition',
  no_time_or_position: 'media.noteNoTimeOrPosition',
  not_jpeg: 'media.noteNotJpeg',
  heic: 'media.noteHeic',
  unreadable: 'media.noteUnreadable',
} as const;

/** Why the picture does not say when or where it was taken, in the reader's language; empty when it does. */
export function takenSentence(taken: Taken | null): string {
  const note = taken?.note ?? '';
  return note in NOTES ? t(NOTES[note as keyof typeof NOTES]) : '';
}
