import { beforeAll, expect, test } from 'vitest';
import { momentOf, nowTime, readTime, timeOf } from '@/components/dates/clock';

beforeAll(() => {
  process.env.TZ = 'Asia/Bangkok';
});

test.each([
  ['09:30', '09:30'],
  ['9:30', '09:30'],
  ['9.30', '09:30'],
  ['9.30 น.', '09:30'],
  ['0930', '09:30'],
  ['930', '09:30'],
  ['๙.๓๐', '09:30'],
  ['23:59', '23:59'],
  ['0:00', '00:00'],
  ['', ''],
  ['  ', ''],
])('the time "%s" is read as "%s"', (typed, time) => {
  expect(readTime(typed)).toBe(time);
});

test.each(['24:00', '12:60', '9', '9:3', '1:2:3', 'เช้า', '12:', ':30', '12345'])('"%s" is no time', (typed) => {
  expect(readTime(typed)).toBeNull();
});

test('a stored time shows hours and minutes, without its seconds and zone', () => {
  expect(timeOf('09:30:00.000+07:00')).toBe('09:30');
  expect(timeOf('')).toBe('');
});

test('a stored moment is shown on the clock of the tablet', () => {
  expect(momentOf('2026-11-21T09:30:00.000+07:00')).toEqual({ date: '2026-11-21', time: '09:30' });
  expect(momentOf('2026-11-20T23:30:00Z')).toEqual({ date: '2026-11-21', time: '06:30' });
  expect(momentOf('2026-11-21T09:30:00')).toEqual({ date: '2026-11-21', time: '09:30' });
  expect(momentOf('')).toEqual({ date: '', time: '' });
  expect(momentOf('2026-99-99T09:30:00Z')).toEqual({ date: '', time: '' });
});

test('now is two digits each', () => {
  expect(nowTime(new Date(2026, 0, 1, 7, 5))).toBe('07:05');
});
