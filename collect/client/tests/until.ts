import { vi } from 'vitest';

/** Until the check passes: as long as the slowest machine needs, far less than the test's own limit. */
export const until = <T>(check: () => T | Promise<T>): Promise<T> => vi.waitFor(check, { timeout: 20_000 });
