import { describe, expect, test } from 'vitest';
import {
  inThailand,
  looksExchanged,
  placeOf,
  readDegrees,
  readPlace,
  showPlace,
  splitPair,
} from '@/components/place/coordinates';

test.each([
  ['10.49312', 10.49312],
  [' 10,49312 ', 10.49312],
  ['-8.5', -8.5],
  ['−8.5', -8.5],
  ['๑๐.๔๙', 10.49],
  ['10.5 N', 10.5],
  ['10.5S', -10.5],
  ['10°30\'0"N', 10.5],
  ['99° 10′ 48″ E', 99.18],
  ["10 30'", 10.5],
])('the degrees "%s" are read as %f', (text, degrees) => {
  expect(readDegrees(text)).toBeCloseTo(degrees, 9);
});

test.each(['', 'abc', '10..5', '1e3', '10 N E', '10°75\'00"', '1234', '10.5.5', 'NaN', 'Infinity'])(
  '"%s" are no degrees',
  (text) => {
    expect(readDegrees(text)).toBeNull();
  },
);

describe('coordinates typed by a person', () => {
  test('are taken with no height and no accuracy', () => {
    expect(readPlace('10.49', '99.18')).toEqual({
      place: { latitude: 10.49, longitude: 99.18, altitude: 0, accuracy: 0 },
    });
  });

  test('are refused with the name of the field that is wrong', () => {
    expect(readPlace('91', '99')).toEqual({ wrong: 'latitude' });
    expect(readPlace('x', '99')).toEqual({ wrong: 'latitude' });
    expect(readPlace('10', '181')).toEqual({ wrong: 'longitude' });
    expect(readPlace('10', '')).toEqual({ wrong: 'both_needed' });
  });

  test('pasted as a pair go into both fields', () => {
    expect(splitPair('10.4931, 99.1800')).toEqual(['10.4931', '99.1800']);
    expect(splitPair('10.4931,99.1800')).toEqual(['10.4931', '99.1800']);
    expect(splitPair('10.4931; 99.1800')).toEqual(['10.4931', '99.1800']);
    expect(splitPair('10°30\'0"N 99°10\'48"E')).toEqual(['10°30\'0"N', '99°10\'48"E']);
  });

  test('are left alone when they are one number, also with a decimal comma', () => {
    expect(splitPair('10.4931')).toBeNull();
    expect(splitPair('10,4931')).toBeNull();
    expect(splitPair('')).toBeNull();
    expect(splitPair('Chumphon, Thailand')).toBeNull();
  });

  test('that were exchanged are noticed in Thailand', () => {
    expect(looksExchanged('99.18', '10.49')).toBe(true);
    expect(looksExchanged('10.49', '99.18')).toBe(false);
    expect(looksExchanged('48.2', '16.4')).toBe(false);
    expect(looksExchanged('99.18', '')).toBe(false);
    expect(inThailand({ latitude: 48.2, longitude: 16.4 })).toBe(false);
  });
});

test('a stored point is read with and without height and accuracy', () => {
  expect(placeOf('10.5 99.18 12 4.5')).toEqual({ latitude: 10.5, longitude: 99.18, altitude: 12, accuracy: 4.5 });
  expect(placeOf('10.5 99.18')).toEqual({ latitude: 10.5, longitude: 99.18, altitude: 0, accuracy: 0 });
  expect(placeOf('')).toBeNull();
  expect(placeOf('somewhere')).toBeNull();
});

test('coordinates are shown to about ten centimetres', () => {
  expect(showPlace({ latitude: 10.4931234567, longitude: 99.18 })).toBe('10.493123, 99.180000');
});
