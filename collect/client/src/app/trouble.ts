/** What went wrong on the way to the server, as a sentence that says what to do. */
import { sentenceOf } from './failures';
import { t } from '@/locales';

/** Errors of the wire carry the status (0: the server was not reached) and its code. */
interface OfWire {
  status: number;
  code: string;
  message: string;
}

function isOfWire(error: unknown): error is OfWire {
  return error instanceof Error && 'status' in error && typeof error.status === 'number';
}

export function troubleSentence(error: unknown): string {
  if (!isOfWire(error)) return sentenceOf(error);
  if (error.status === 0) return t('app.serverNotReached');
  if (error.code === '401.2') return t('app.wrongPassword');
  if (error.status === 401) return t('app.keyNotTaken');
  if (error.status === 403) return t('app.notAllowed');
  if (error.status === 429) return t('app.tooManyTries');
  if (error.status >= 500) return t('app.serverBroken');
  return error.message;
}
