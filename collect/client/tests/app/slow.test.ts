/** What a slow network must not do: an answer that comes late finds the person elsewhere, and leaves them there. */
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { leave } from '@/app/leave';
import { hashPin } from '@/app/pin';
import { locked, profile } from '@/app/session';
import { setLanguage } from '@/locales';
import { getProfile, listProfiles } from '@/store/profiles';
import { record, recordsOf, saveDraft } from '@/store/records';
import { aRecord, button, enrolled, hide, json, press, putRows, settled, show, signedIn } from './support';
import { somebody, text, type, wipe } from './support';
import { until } from '../until';

const asked: { url: string; init: RequestInit }[] = [];
/** Let the server answer what was asked. */
let answer: (response: Response) => void;

beforeEach(async () => {
  asked.length = 0;
  const answered = new Promise<Response>((resolve) => (answer = resolve));
  vi.stubGlobal('fetch', async (url: string, init: RequestInit) => {
    asked.push({ url, init });
    return (await answered).clone();
  });
  setLanguage('th');
  await wipe();
});
afterEach(() => {
  hide();
  vi.unstubAllGlobals();
});

const sure = () => document.querySelector<HTMLElement>('[role=alertdialog] .button-danger')?.click();

describe('signing out', () => {
  it('does not wait for the office: the page is left at once, and the sign-in ends behind', async () => {
    await enrolled(somebody());
    const { router } = await show('/settings');
    await press('ออกจากระบบ');
    sure();
    await until(() => expect(router.currentRoute.value.path).toBe('/enrol'));
    expect([profile.value, locked.value, await listProfiles()]).toEqual([null, true, []]);
    expect(asked.map(({ url, init }) => [init.method, url])).toEqual([['DELETE', '/v1/sessions/current']]);
  });

  it('locks the screen before anything else, so that nothing can be begun', async () => {
    await enrolled(somebody());
    const leaving = leave(somebody());
    expect(locked.value).toBe(true);
    await leaving;
  });

  it('keeps what another tab began meanwhile', async () => {
    await enrolled(somebody());
    const leaving = leave(somebody());
    await saveDraft(aRecord('new', 'draft'));
    answer(json({}));
    await leaving;
    expect(await record('new')).toBeDefined();
  });
});

describe('cancelling a sign-in', () => {
  const signIn = async () => {
    await type('input[type=email]', 'somchai@office.example');
    await type('input[name=password]', 'secret words');
    button('เข้าสู่ระบบ').click();
    await until(() => expect(asked).toHaveLength(1));
  };
  const his = { ...signedIn(8, 'สมชาย'), workspaces: [{ id: 1, name: 'สพป.ตัวอย่าง เขต 1' }] };

  it('does not open the profile of somebody with a PIN when the answer comes late', async () => {
    const pin = await hashPin('2580', 1000);
    await enrolled(somebody({ pin }), somebody({ id: '1:8', actorId: 8, pin, token: 'old', displayName: 'สมชาย' }));
    locked.value = false;
    const { router } = await show('/enrol');
    await signIn();
    await press('ยกเลิก');
    expect(router.currentRoute.value.path).toBe('/');
    answer(json(his));
    await settled();
    expect(profile.value?.id).toBe('1:7');
    expect(await getProfile('1:8')).toMatchObject({ token: 'old' });
    expect(text()).not.toContain('ยินดีต้อนรับ');
  });

  it('makes no new profile, and gives the sign-in back that nobody uses', async () => {
    await enrolled(somebody());
    await show('/enrol');
    await signIn();
    await press('ยกเลิก');
    answer(json(his));
    await until(() => expect(asked.map(({ init }) => init.method)).toEqual(['POST', 'DELETE']));
    expect(new Headers(asked[1]?.init.headers).get('Authorization')).toBe('Bearer token-of-8');
    expect((await listProfiles()).map((one) => one.id)).toEqual(['1:7']);
  });
});

describe('a returned record', () => {
  const returned = () => aRecord('uuid:r', 'returned', { xml: '', emptied: true });

  it('says that its answers are being fetched', async () => {
    await enrolled(somebody());
    await putRows([returned()]);
    await show('/record/uuid:r');
    await press('แก้ไขและส่งใหม่');
    expect(text()).toContain('กำลังดึงคำตอบ…');
  });

  it('does not take the person out of the page that they went to meanwhile', async () => {
    await enrolled(somebody());
    await putRows([returned()]);
    const { router } = await show('/record/uuid:r');
    button('แก้ไขและส่งใหม่').click();
    await until(() => expect(asked).toHaveLength(1));
    await router.push('/settings');
    vi.stubGlobal('fetch', async (url: string) => {
      if (url.endsWith('/xml')) return new Response('<data version="1"/>');
      if (url.endsWith('.xml')) return new Response('<h:html/>');
      return json({ files: [], receivedAt: '2026-11-20T00:00:00Z' });
    });
    answer(new Response('<data version="1"/>'));
    await until(async () => expect((await record('uuid:r'))?.xml).not.toBe(''));
    await settled();
    expect(router.currentRoute.value.path).toBe('/settings');
  });
});

describe('a draft that another tab has open', () => {
  afterEach(() => Reflect.deleteProperty(navigator, 'locks'));

  it('is not deleted, and the page says why', async () => {
    const locks = { request: async (_name: string, _how: unknown, work: (lock: null) => unknown) => work(null) };
    Object.defineProperty(navigator, 'locks', { value: locks, configurable: true });
    await enrolled(somebody());
    await putRows([aRecord('uuid:d', 'draft')]);
    const { router } = await show('/record/uuid:d');
    await press('ลบฉบับร่าง');
    sure();
    await until(() => expect(text()).toContain('เปิดอยู่ในแท็บอื่น'));
    expect(await recordsOf('1:7', ['draft'])).toHaveLength(1);
    expect(router.currentRoute.value.path).toBe('/record/uuid:d');
  });
});
