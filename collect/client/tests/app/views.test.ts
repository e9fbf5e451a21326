import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { pinMatches } from '@/app/pin';
import { lock, locked, profile, setPin } from '@/app/session';
import { setLanguage } from '@/locales';
import { listProfiles } from '@/store/profiles';
import { recordsOf } from '@/store/records';
import type { RecordState } from '@/store/types';
import { aForm, aRecord, aRow, enrolled, hide, putRows, settled, show, somebody, violations, wipe } from './support';
import { button, json, press, signedIn, text, type } from './support';
import { until } from '../until';

const SCHOOL = '5c000000-0000-4000-8000-000000000001';
const fetched: { url: string; init: RequestInit }[] = [];
let answers: (url: string) => Response;

beforeEach(async () => {
  fetched.length = 0;
  answers = () => json({ code: '404.1', message: 'no' }, 404);
  vi.stubGlobal('fetch', async (url: string, init: RequestInit) => {
    fetched.push({ url, init });
    return answers(url);
  });
  setLanguage('th');
  await wipe();
});
afterEach(() => {
  hide();
  vi.unstubAllGlobals();
});

async function full(): Promise<void> {
  await enrolled(somebody());
  const states: RecordState[] = [
    'draft',
    'draft',
    'ready',
    'sending',
    'xml_sent',
    'complete',
    'needs_attention',
    'returned',
  ];
  await putRows(
    states.map((state, i) =>
      aRecord(`uuid:${i}`, state, {
        trouble: state === 'needs_attention' ? { code: '413', message: 'ใหญ่เกินไป', at: 1 } : null,
        verdict:
          state === 'returned'
            ? { state: 'hasIssues', comment: 'ภาพไม่ชัด', reviewer: 'สมชาย', at: '2026-11-20T01:00:00Z' }
            : null,
      }),
    ),
    [aForm('visit', 'แบบติดตามสถานศึกษา', ['schools']), aForm('general', 'แบบทั่วไป', [])],
    [
      aRow('schools', SCHOOL, 'โรงเรียนบ้านหนองบัว', { code: '84021001', active: '1' }),
      aRow('recommendations', 'r1', 'ปรับปรุงห้องสมุด', { school: SCHOOL, status: 'received' }),
    ],
  );
}

describe('home', () => {
  it('counts the records as the database has them', async () => {
    await full();
    const { page } = await show('/');
    const tiles = page.findAll('.tile').map((tile) => [tile.find('span').text(), tile.find('strong').text()]);
    expect(tiles).toEqual([
      ['ฉบับร่าง', '2'],
      ['พร้อมส่ง', '1'],
      ['กำลังส่ง', '2'],
      ['ส่งแล้ว', '1'],
      ['ต้องตรวจดู', '1'],
      ['ส่งกลับแก้ไข', '1'],
    ]);
  });

  it('counts anew when another part of the application changes a record', async () => {
    await full();
    const { page } = await show('/');
    const { discardDraft } = await import('@/store/records');
    await discardDraft('uuid:0');
    await settled();
    expect(page.find('.tile strong').text()).toBe('1');
  });

  it('tells somebody whose sign-in ended that work goes on, and how to sign in again', async () => {
    await full();
    await enrolled(somebody({ tokenWorks: false }));
    await show('/');
    expect(text()).toContain('กรอกแบบต่อได้ตามปกติ');
    expect(button('เข้าสู่ระบบ').getAttribute('href')).toContain('/enrol?again=1:7');
  });

  it('says what to do when there is no form yet', async () => {
    await enrolled(somebody());
    await show('/');
    expect(text()).toContain('ยังไม่มีแบบให้กรอก');
  });
});

describe('enrolment', () => {
  it('by account asks which workspace, offers a PIN, and begins', async () => {
    answers = (url) => (url.includes('sign-ins') ? json(signedIn(7, 'พิมพ์ชนก')) : json({}, 404));
    const { router } = await show('/');
    expect(router.currentRoute.value.path).toBe('/enrol');
    await type('input[type=email]', ' pim@office.example ');
    await type('input[name=password]', 'secret words');
    await press('เข้าสู่ระบบ');
    expect(JSON.parse(String(fetched[0]?.init.body))).toMatchObject({
      email: 'pim@office.example',
      password: 'secret words',
    });
    await press('พื้นที่ทดลอง');
    expect(text()).toContain('ตั้ง PIN ของคุณ');
    await press('ไม่ใช้ PIN');
    expect(router.currentRoute.value.path).toBe('/');
    expect(profile.value).toMatchObject({ id: '2:7', token: 'token-of-7', pin: null });
  });

  it('by a link takes its workspace without asking', async () => {
    const answer = { ...signedIn(9, 'แท็บเล็ต 3'), token: undefined };
    answers = (url) => (url.endsWith('/field/me') ? json(answer) : json({}, 404));
    await show('/enrol?w=2&k=Aq3-long-key-of-an-app-user');
    expect(new Headers(fetched[0]?.init.headers).get('Authorization')).toBe('Bearer Aq3-long-key-of-an-app-user');
    await press('ไม่ใช้ PIN');
    expect(profile.value).toMatchObject({ id: '2:9', token: 'Aq3-long-key-of-an-app-user', email: null });
  });

  it('says that the password is wrong, and that the server was not reached', async () => {
    answers = () => json({ code: '401.2', message: 'Could not authenticate' }, 401);
    await show('/enrol');
    await type('input[type=email]', 'pim@office.example');
    await type('input[name=password]', 'wrong');
    await press('เข้าสู่ระบบ');
    expect(text()).toContain('อีเมลหรือรหัสผ่านไม่ถูกต้อง');
    answers = () => {
      throw new TypeError('Failed to fetch');
    };
    await press('เข้าสู่ระบบ');
    expect(text()).toContain('ติดต่อเซิร์ฟเวอร์ไม่ได้');
    expect(await listProfiles()).toEqual([]);
  });

  it('as somebody else than before offers a second profile, which needs a PIN', async () => {
    await enrolled(somebody({ tokenWorks: false, email: null }));
    answers = (url) => (url.endsWith('/field/me') ? json(signedIn(8, 'สมชาย')) : json({}, 404));
    await show('/enrol?again=1:7');
    await type('input[inputmode=url]', '#/enrol?w=1&k=his-key-his-key');
    await press('ใช้ลิงก์นี้');
    expect(text()).toContain('เป็นคนละคนกัน');
    await press('เพิ่มเป็นอีกโปรไฟล์');
    expect(text()).toContain('ทุกคนจึงต้องมี PIN');
    expect(button('ไม่ใช้ PIN')).toBeUndefined();
    expect((await listProfiles()).map((one) => [one.id, one.tokenWorks])).toEqual([
      ['1:7', false],
      ['1:8', true],
    ]);
  });
});

describe('the lock', () => {
  it('opens by the PIN and goes back to where the person was', async () => {
    await full();
    await setPin(somebody(), '2580');
    lock();
    const { router, page } = await show('/records?tab=sent');
    expect(router.currentRoute.value.path).toBe('/lock');
    for (const digit of '2580')
      await page
        .findAll('.keys button')
        .find((key) => key.text() === digit)
        ?.trigger('click');
    await page.find('form').trigger('submit');
    await until(() => expect(router.currentRoute.value.fullPath).toBe('/records?tab=sent'));
    expect(locked.value).toBe(false);
  });

  it('is passed by signing in again, and a forgotten PIN is chosen anew', async () => {
    await full();
    await setPin(somebody(), '2580');
    lock();
    answers = (url) => (url.endsWith('/field/me') ? json(signedIn(7, 'พิมพ์ชนก')) : json({}, 404));
    const { router } = await show('/');
    await press('ลืม PIN');
    await press('ลิงก์จากสำนักงาน');
    await type('input[inputmode=url]', '#/enrol?w=1&k=her-key-her-key');
    await press('ใช้ลิงก์นี้');
    for (const field of document.querySelectorAll<HTMLInputElement>('input[type=password]')) {
      field.value = '4071';
      field.dispatchEvent(new Event('input'));
    }
    await press('ตั้ง PIN');
    await until(() => expect(router.currentRoute.value.path).toBe('/'));
    const [me] = await listProfiles();
    expect(me?.pin && (await pinMatches('4071', me.pin))).toBe(true);
    expect(await recordsOf('1:7')).toHaveLength(8);
  });

  it('says that a PIN is wrong and stays shut', async () => {
    await full();
    await setPin(somebody(), '2580');
    lock();
    const { page } = await show('/');
    for (const digit of '4071')
      await page
        .findAll('.keys button')
        .find((key) => key.text() === digit)
        ?.trigger('click');
    await page.find('form').trigger('submit');
    await until(() => expect(text()).toContain('PIN ไม่ถูกต้อง'));
    expect(locked.value).toBe(true);
  });
});

describe('a record', () => {
  it('that was returned shows the reviewer’s words', async () => {
    await full();
    await show('/record/uuid:7');
    expect(text()).toContain('ภาพไม่ชัด');
    expect(text()).toContain('สมชาย');
    expect(button('แก้ไขและส่งใหม่')).toBeDefined();
  });

  it('of another person on the tablet is not shown', async () => {
    await full();
    await putRows([aRecord('uuid:other', 'complete', { profileId: '1:8', name: 'ความลับ' })]);
    await show('/record/uuid:other');
    expect(text()).not.toContain('ความลับ');
    expect(text()).toContain('ไม่มีรายการนี้ในโปรไฟล์นี้');
  });

  it('that is a draft is deleted only after a question', async () => {
    await full();
    const { router } = await show('/record/uuid:0');
    await press('ลบฉบับร่าง');
    expect(text()).toContain('ลบฉบับร่างนี้?');
    expect(await recordsOf('1:7', ['draft'])).toHaveLength(2);
    const sure = document.querySelector<HTMLElement>('[role=alertdialog] .button-danger');
    sure?.click();
    await settled();
    expect(await recordsOf('1:7', ['draft'])).toHaveLength(1);
    expect(router.currentRoute.value.fullPath).toBe('/records?tab=drafts');
  });
});

describe('schools', () => {
  it('show what is open there, and the forms for a visit', async () => {
    await full();
    const { page } = await show(`/places/${SCHOOL}`);
    expect(text()).toContain('ปรับปรุงห้องสมุด');
    expect(page.find('.visit').attributes('href')).toContain('/new/visit');
    expect(page.findAll('.visit')).toHaveLength(1);
  });
});

describe('every page', () => {
  const PAGES = [
    '/',
    '/records',
    '/records?tab=returned',
    '/record/uuid:0',
    '/record/uuid:6',
    '/record/uuid:7',
    '/places',
    `/places/${SCHOOL}`,
    '/settings',
    '/nowhere',
    '/enrol',
  ];
  it.each(PAGES.flatMap((page) => [[page, 'th'] as const, [page, 'en'] as const]))(
    '%s has nothing for axe to complain of (%s)',
    async (page, language) => {
      await full();
      setLanguage(language);
      await show(page);
      expect(await violations()).toEqual([]);
      expect(document.querySelectorAll('h1')).toHaveLength(1);
      expect(text()).not.toMatch(/\b(app|queue)\.[a-z]+[A-Z]?\w*\b/);
    },
  );
});
