/** Somebody alone on a tablet, without a PIN, signs out while records wait: only their own sign-in opens them again. */
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { loadSession, locked, profile, refreshSession } from '@/app/session';
import { setLanguage } from '@/locales';
import { listProfiles, patchProfile } from '@/store/profiles';
import { recordsOf } from '@/store/records';
import { aRecord, button, enrolled, hide, json, press, putRows, settled, show, signedIn } from './support';
import { somebody, text, type, violations, wipe } from './support';
import { until } from '../until';

const NAME = 'บ้านหนองบัว';
let comes = signedIn(7, 'พิมพ์ชนก ใจดี');

beforeEach(async () => {
  comes = signedIn(7, 'พิมพ์ชนก ใจดี');
  vi.stubGlobal('fetch', async (url: string, { method }: RequestInit) =>
    method === 'POST' && url.includes('sign-ins') ? json(comes) : json({ code: '404.1', message: 'no' }, 404),
  );
  setLanguage('th');
  await wipe();
  await enrolled(somebody());
  await putRows([aRecord('a', 'ready', { name: NAME }), aRecord('b', 'draft')]);
});
afterEach(() => {
  hide();
  vi.unstubAllGlobals();
});

async function signOut() {
  const { router } = await show('/settings');
  await press('ออกจากระบบ');
  document.querySelector<HTMLElement>('[role=alertdialog] .button-danger')?.click();
  await until(() => expect(router.currentRoute.value.path).toBe('/lock'));
  await settled();
  return router;
}

async function signIn(email: string) {
  await press('เข้าสู่ระบบอีกครั้ง');
  await type('input[type=email]', email);
  await type('input[name=password]', 'secret words');
  await press('เข้าสู่ระบบ');
}

const pinFields = () => document.querySelectorAll('input[type=password].digits').length;

it('the screen asks for a sign-in, and for no PIN: there is none', async () => {
  await signOut();
  expect(text()).toContain('งานที่ค้างยังอยู่ในเครื่อง');
  expect(button('เข้าสู่ระบบอีกครั้ง')).toBeDefined();
  expect([pinFields(), text().includes(NAME)]).toEqual([0, false]);
  expect(await violations()).toEqual([]);
});

it.each(['/', '/records', '/record/a', '/fill/b', '/settings'])('%s stays shut after a reload', async (address) => {
  await signOut();
  await loadSession();
  const { router } = await show(address);
  expect(router.currentRoute.value.path).toBe('/lock');
  expect([locked.value, pinFields(), text().includes(NAME)]).toEqual([true, 0, false]);
});

it('the same person signs in again and goes on, without a PIN as before', async () => {
  const router = await signOut();
  await press('เข้าสู่ระบบอีกครั้ง');
  expect(document.querySelector<HTMLInputElement>('input[type=email]')?.value).toBe('pim@office.example');
  await type('input[name=password]', 'secret words');
  await press('เข้าสู่ระบบ');
  await press('ไม่ใช้ PIN');
  expect([router.currentRoute.value.path, locked.value]).toEqual(['/', false]);
  expect(profile.value).toMatchObject({ id: '1:7', token: 'token-of-7', tokenWorks: true });
  expect((await recordsOf('1:7')).map((row) => row.state).sort()).toEqual(['draft', 'ready']);
});

it('somebody else who signs in there gets a profile of their own, and never the one that was left', async () => {
  const router = await signOut();
  comes = { ...signedIn(8, 'สมชาย'), workspaces: [{ id: 1, name: 'สพป.ตัวอย่าง เขต 1' }] };
  await signIn('somchai@office.example');
  await press('เพิ่มเป็นอีกโปรไฟล์');
  expect([button('ไม่ใช้ PIN'), text().includes(NAME)]).toEqual([undefined, false]);
  await loadSession();
  await router.push('/lock');
  await settled();
  await press('พิมพ์ชนก');
  expect(button('เข้าสู่ระบบอีกครั้ง').getAttribute('href')).toContain('again=1:7');
  expect([pinFields(), locked.value]).toEqual([0, true]);
  expect(await listProfiles()).toMatchObject([{ id: '1:7', token: '', pin: null }, { id: '1:8' }]);
});

it('a page that is open in another tab is shut there too', async () => {
  const { router } = await show('/records?tab=waiting');
  expect(text()).toContain(NAME);
  await patchProfile('1:7', { token: '', tokenWorks: false });
  await refreshSession();
  await until(() => expect(router.currentRoute.value.path).toBe('/lock'));
  await settled();
  expect(text()).not.toContain(NAME);
});
