import type { Sentence } from './sentence';
import { frame } from './app/frame';
import { home } from './app/home';
import { people } from './app/people';
import { records } from './app/records';
import { tablet } from './app/tablet';

/** Everything around the filling. */
export const app = { ...frame, ...home, ...people, ...records, ...tablet } satisfies Record<string, Sentence>;
