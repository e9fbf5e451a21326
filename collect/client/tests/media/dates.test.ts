import { describe, expect, test } from 'vitest';
import {
  digitsOf,
  inWords,
  meantYear,
  monthNames,
  readTyped,
  todayIso,
  typedOf,
  type Era,
  type Grain,
} from '@/components/dates/calendar';

const read = (day: string, month: string, year: string, era: Era = 'be', grain: Grain = 'day') =>
  readTyped({ day, month, year }, era, grain);

describe('a date typed by a Thai reader', () => {
  test('is stored in the common era: 15 November 2570 is 2027-11-15', () => {
    expect(read('15', '11', '2570')).toEqual({ is: 'date', iso: '2027-11-15', year: 2570, turned: null });
  });

  test('may be typed in Thai digits', () => {
    expect(read('๑๕', '11', '๒๕๖๙')).toMatchObject({ iso: '2026-11-15' });
    expect(digitsOf('๐๑๒๓๔๕๖๗๘๙')).toBe('0123456789');
  });

  test('with a year of the common era is turned and says so, never kept 543 years off', () => {
    expect(read('1', '2', '2026')).toEqual({ is: 'date', iso: '2026-02-01', year: 2569, turned: 'ce_typed' });
  });

  test('with a year of two digits is of this century of the era, and says so', () => {
    expect(read('1', '2', '69')).toEqual({ is: 'date', iso: '2026-02-01', year: 2569, turned: 'short_year' });
  });

  test.each(['', '2', '256', '0001', '9999', '1483', '12345'])('with the year "%s" is no date', (year) => {
    expect(read('1', '2', year).is).not.toBe('date');
  });

  test('takes 29 February 2567, a leap year, and refuses it in 2568', () => {
    expect(read('29', '2', '2567')).toMatchObject({ is: 'date', iso: '2024-02-29' });
    expect(read('29', '2', '2568')).toEqual({ is: 'no_such_day', last: 28, month: 2, year: 2568 });
  });

  test.each([
    ['31', '4'],
    ['0', '1'],
    ['32', '1'],
    ['30', '2'],
  ])('is never moved: day %s of month %s is refused', (day, month) => {
    expect(read(day, month, '2569').is).toBe('no_such_day');
  });

  test('that is not whole is told apart from one that is blank', () => {
    expect(read('', '', '')).toEqual({ is: 'blank' });
    expect(read('15', '', '2569')).toEqual({ is: 'incomplete' });
    expect(read('', '11', '')).toEqual({ is: 'incomplete' });
  });

  test('of a month or a year only begins with its first day', () => {
    expect(read('', '11', '2569', 'be', 'month')).toMatchObject({ iso: '2026-11-01' });
    expect(read('', '', '2569', 'be', 'year')).toMatchObject({ iso: '2026-01-01' });
    expect(read('', '', '', 'be', 'month')).toEqual({ is: 'blank' });
  });
});

describe('a date typed by an English reader', () => {
  test('is of the common era', () => {
    expect(read('15', '11', '2026', 'ce')).toEqual({ is: 'date', iso: '2026-11-15', year: 2026, turned: null });
  });

  test('with a Buddhist year is turned and says so', () => {
    expect(read('15', '11', '2569', 'ce')).toEqual({ is: 'date', iso: '2026-11-15', year: 2026, turned: 'be_typed' });
  });
});

describe('what is shown of a stored date', () => {
  test('comes back as it was typed, in either era, for every day of four years', () => {
    for (let day = 0; day < 1461; day += 1) {
      const iso = new Date(Date.UTC(2024, 0, 1 + day)).toISOString().slice(0, 10);
      for (const era of ['be', 'ce'] as const) {
        expect(readTyped(typedOf(iso, era), era, 'day')).toMatchObject({ is: 'date', iso, turned: null });
      }
    }
  });

  test('is blank for what is no date', () => {
    expect(typedOf('', 'be')).toEqual({ day: '', month: '', year: '' });
    expect(typedOf('rubbish', 'be')).toEqual({ day: '', month: '', year: '' });
  });

  test('is said in words of the era', () => {
    expect(inWords('2026-11-15', 'be', 'day')).toMatch(/^วันอาทิตย์ที่ 15 พฤศจิกายน .*2569$/);
    expect(inWords('2026-11-01', 'be', 'month')).toMatch(/^พฤศจิกายน .*2569$/);
    expect(inWords('2026-11-15', 'ce', 'day')).toMatch(/^Sunday,? 15 November 2026$/);
    expect(monthNames('be')[1]).toBe('กุมภาพันธ์');
    expect(monthNames('ce')[11]).toBe('December');
  });

  test('of today is the day on the tablet', () => {
    expect(todayIso(new Date(2026, 10, 21, 0, 5))).toBe('2026-11-21');
    expect(todayIso(new Date(2026, 10, 21, 23, 55))).toBe('2026-11-21');
  });
});

test('no year between 1 and 9999 is taken for one that lies 543 years away from a year near today', () => {
  for (let typed = 1000; typed <= 9999; typed += 1) {
    for (const era of ['be', 'ce'] as const) {
      const meant = meantYear(String(typed), era);
      if (!meant) continue;
      const common = era === 'be' ? meant.year - 543 : meant.year;
      // Whoever types 2026 or 2569 means the same year, whatever the fields show.
      expect([typed, typed - 543]).toContain(common);
      if (typed >= 1900 && typed <= 2200) expect(common).toBe(typed);
      if (typed >= 2443 && typed <= 2743) expect(common).toBe(typed - 543);
    }
  }
});
