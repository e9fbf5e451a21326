import { free, log } from './log';

export async function storage() {
  return { used: 0, free: free.value, persisted: true };
}

export async function makeRoom(): Promise<void> {
  log.push('room');
}

export const isFull = (error: unknown): boolean => error instanceof DOMException && error.name === 'QuotaExceededError';

export const withRoom = <Result>(write: () => Promise<Result>): Promise<Result> => write();
