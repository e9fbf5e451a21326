/** Numbers as people read them. */

/** As it was typed: the engine writes whole numbers of a question for decimals as `20000.0`. */
export const withoutEmptyDecimals = (text: string): string => text.replace(/^(-?\d+)\.0+$/, '$1');

/** With separators of thousands; text that is no number stays as it is. */
export function withSeparators(text: string): string {
  const [, sign, whole, rest] = /^(-?)(\d+)(\.\d+)?$/.exec(text) ?? [];
  return whole === undefined ? text : `${sign}${whole.replace(/\B(?=(\d{3})+$)/g, ',')}${rest ?? ''}`;
}
