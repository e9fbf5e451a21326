/**
 * Text that looks like a date but is none, such as `2026-02-31`. The engine reads every text that an expression touches
 * as a date too, and throws at this one: a single row of a list, even in a property that nobody asks for, kept the form
 * from opening for everybody. Here such text is no date, as any other text is none; it is stored and shown as it is.
 */
import { loadForm } from '@getodk/xforms-engine';
import type { InstantiableLoadFormResult, RootNode } from '@getodk/xforms-engine';

interface XPathFunction {
  call(context: unknown, args: readonly unknown[]): unknown;
}
type Functions = { getDefaultImplementation(name: string): XPathFunction | null };

/** The engine's functions that read a date from text; every text goes through the first. */
const READERS = ['number', 'date', 'date-time', 'format-date', 'format-date-time', 'decimal-date-time'];
/** All forms share these functions, and an open form is the only way to them: this one has nothing to stumble over. */
const SMALLEST = `<h:html xmlns="http://www.w3.org/2002/xforms" xmlns:h="http://www.w3.org/1999/xhtml"><h:head><h:title/>
<model><instance><data id="d"><a/></data></instance><bind nodeset="/data/a"/></model></h:head><h:body/></h:html>`;

let done = false;

/** Let the engine take impossible dates for text, in all forms of this page, by way of one that is open. */
export function allowImpossibleDates(root: RootNode): void {
  if (done) return;
  done = true;
  const { functions } = (root as unknown as { evaluator: { functions: Functions } }).evaluator;
  const blank = { evaluate: (context: unknown) => functions.getDefaultImplementation('concat')?.call(context, []) };
  for (const name of READERS) {
    const reader = functions.getDefaultImplementation(name);
    if (reader === null) continue;
    const read = reader.call.bind(reader);
    reader.call = (context, args) => {
      try {
        return read(context, args);
      } catch (error) {
        if (!isImpossibleDate(error)) throw error;
        const blanks = args.map(() => blank);
        return read(context, blanks);
      }
    };
  }
}

/** The same where the very first form does not open for such a text. */
export async function allowImpossibleDatesFirst(): Promise<void> {
  const form = (await loadForm(SMALLEST)) as InstantiableLoadFormResult;
  allowImpossibleDates(form.createInstance().root);
}

/** What the engine throws at such a text. */
export const isImpossibleDate = (error: unknown): boolean =>
  error instanceof RangeError && error.message.startsWith('Invalid iso');
