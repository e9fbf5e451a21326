/** The wait after wrong PINs, as the page shows it. */
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { hashPin } from '@/app/pin';
import { locked } from '@/app/session';
import { setLanguage } from '@/locales';
import { putMeta } from '@/store/meta';
import { enrolled, hide, settled, show, somebody, text, type, violations, wipe } from './support';
import { until } from '../until';

const field = () => document.querySelector<HTMLInputElement>('.digits') as HTMLInputElement;
const keys = () => [...document.querySelectorAll<HTMLButtonElement>('.keys button:not([type=submit])')];
const said = () => document.querySelector('.pad [aria-live]')?.textContent?.trim();
const enter = () => document.querySelector('form')?.dispatchEvent(new Event('submit', { cancelable: true }));

beforeEach(async () => {
  setLanguage('th');
  await wipe();
  await enrolled(somebody({ pin: await hashPin('2580', 1000) }));
});
afterEach(() => {
  hide();
  vi.useRealTimers();
});

const waits = (seconds: number) => putMeta('pinTries:1:7', { wrong: 5, until: Date.now() + seconds * 1000 });

it('a reload in the wait shows it at once, and no key can be pressed', async () => {
  await waits(60);
  await show('/');
  expect(text()).toMatch(/รอ (60|59|58) วินาที/);
  expect(keys().every((key) => key.disabled)).toBe(true);
  expect(field().readOnly).toBe(true);
  expect(await violations()).toEqual([]);
});

it('digits that were typed stay while the seconds go by, and screen readers are not told each of them', async () => {
  await show('/');
  await type('.digits', '2580');
  await waits(3);
  enter();
  await until(() => expect(text()).toMatch(/รอ [23] วินาที/));
  const first = said();
  await until(() => expect(text()).toContain('รอ 1 วินาที'));
  expect([said(), field().value]).toEqual([first, '2580']);
  await until(() => expect(said()).toBe('ลองใส่ PIN ได้แล้ว'));
  expect(keys().some((key) => key.disabled)).toBe(false);
  expect(text()).not.toContain('PIN ไม่ถูกต้อง');
  enter();
  await until(() => expect(locked.value).toBe(false));
});

it('a wrong PIN empties the field', async () => {
  await show('/');
  await type('.digits', '4071');
  enter();
  await until(() => expect(said()).toBe('PIN ไม่ถูกต้อง'));
  await settled();
  expect(field().value).toBe('');
});
