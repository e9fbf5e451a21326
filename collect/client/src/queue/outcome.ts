/** What a failure means for the record, and for the others that wait. */
import { t } from '@/locales';
import { WireError } from '@/wire/http';
import { delayAfter } from './backoff';
import { IncompleteError } from './send';
import { DamagedFileError } from './upload';

export type Outcome =
  /** Try this record later. `all`: nothing else would get through now either. */
  | { what: 'later'; delay: number; all: boolean; message: string; code: string }
  /** The sign-in is not taken any more. */
  | { what: 'auth' }
  /** Only a person can help. */
  | { what: 'attention'; code: string; message: string };

/** Statuses after which the same request may well be taken. */
const PASSING = new Set([408, 409, 410, 423, 425, 429, 460, 507]);

export function outcomeOf(error: unknown, attempts: number): Outcome {
  if (error instanceof WireError) return ofWire(error, attempts);
  if (error instanceof DamagedFileError) {
    return { what: 'attention', code: 'file_damaged', message: t('queue.fileDamaged', { name: error.message }) };
  }
  const message = error instanceof IncompleteError ? t('queue.incomplete') : String(error);
  return { what: 'later', delay: delayAfter(attempts), all: false, message, code: '' };
}

function ofWire(error: WireError, attempts: number): Outcome {
  const { status, code, retryAfter } = error;
  if (error.signInNeeded) return { what: 'auth' };
  if (error.notReached || status >= 500 || PASSING.has(status)) {
    // A 500 may be about this record alone: it must not keep the others from going.
    const all = error.notReached || status === 429 || [502, 503, 504].includes(status);
    return { what: 'later', delay: delayAfter(attempts, retryAfter), all, message: wordsOf(error), code };
  }
  return { what: 'attention', code: code || String(status), message: refusal(error) };
}

function wordsOf({ status, notReached }: WireError): string {
  if (notReached) return t('queue.notReached');
  return status === 507 ? t('queue.serverFull') : t('queue.serverTrouble', { status });
}

function refusal({ status, message }: WireError): string {
  if (status === 403) return t('queue.notAllowed');
  if (status === 404) return t('queue.unknownForm');
  if (status === 413) return t('queue.tooLarge');
  return t('queue.refused', { message });
}
