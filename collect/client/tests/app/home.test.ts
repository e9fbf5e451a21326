/** What home and the lists say must be so. */
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { pullFailed } from '@/app/background';
import { messages } from '@/app/messages';
import { setLanguage } from '@/locales';
import type { RecordRow } from '@/store/types';
import { aRecord, aRow, button, enrolled, hide, json, press, putRows, settled, show, somebody } from './support';
import { text, violations, wipe } from './support';
import { until } from '../until';

const SCHOOL = '5c000000-0000-4000-8000-000000000001';

beforeEach(async () => {
  setLanguage('th');
  messages.value = [];
  pullFailed.value = null;
  await wipe();
});
afterEach(() => {
  hide();
  vi.unstubAllGlobals();
});

const said = () => messages.value.map((one) => one.text);

describe('the bar of the sending', () => {
  it('has no green tick and does not say that all is sent while a sign-in is needed', async () => {
    await enrolled(somebody({ tokenWorks: false }));
    await show('/');
    expect(document.querySelector('.disc.good')).toBeNull();
    await press('ตรวจหาข้อมูลใหม่');
    await until(() => expect(said()).toEqual(['ต้องเข้าสู่ระบบอีกครั้งเพื่อส่งข้อมูล']));
  });

  it('does not promise to send by itself where only a sign-in helps', async () => {
    await enrolled(somebody({ tokenWorks: false, lastContactAt: null }));
    await show('/');
    expect(text()).toContain('หยุดส่งไว้ รอเข้าสู่ระบบ');
    expect(text()).not.toContain('กำลังเตรียมเครื่องครั้งแรก');
  });

  it('says so too when the office has ended the sign-in just now', async () => {
    vi.stubGlobal('fetch', async () => json({ code: '401.2', message: 'no' }, 401));
    await enrolled(somebody());
    await show('/');
    await press('ตรวจหาข้อมูลใหม่');
    await until(() => expect(said()).toEqual(['ต้องเข้าสู่ระบบอีกครั้งเพื่อส่งข้อมูล']));
  });

  it('says why no news came', async () => {
    vi.stubGlobal('fetch', async () => json({ code: '500.1', message: 'no' }, 500));
    await enrolled(somebody());
    await show('/');
    await press('ตรวจหาข้อมูลใหม่');
    await until(() => expect(said()).toEqual([expect.stringContaining('เซิร์ฟเวอร์ขัดข้อง')]));
  });
});

describe('what is due', () => {
  const tasks = Array.from({ length: 6 }, (_value, i) =>
    aRow('tasks', `t${i}`, `งานที่ ${i + 1}`, { due_date: `2026-11-0${i + 1}`, school: i === 4 ? 'S5' : '' }),
  );

  beforeEach(async () => {
    await enrolled(somebody({ properties: { school: 'none' } }));
    await putRows([], [], [...tasks, aRow('schools', SCHOOL, 'โรงเรียนบ้านหนองบัว', { code: 'S5', active: '1' })]);
  });

  it('unfolds in place to the last task, and folds again', async () => {
    await show('/');
    expect(text()).not.toContain('งานที่ 5');
    const more = button('และอีก 2 รายการ');
    expect([more.tagName, more.getAttribute('aria-expanded')]).toEqual(['BUTTON', 'false']);
    await press('และอีก 2 รายการ');
    expect(text()).toContain('งานที่ 6');
    expect(await violations()).toEqual([]);
    await press('แสดงน้อยลง');
    expect(text()).not.toContain('งานที่ 5');
  });

  it('leads to the school that a task is about', async () => {
    const { router } = await show('/');
    await press('และอีก 2 รายการ');
    expect(button('งานที่ 4')).toBeUndefined();
    await press('งานที่ 5');
    expect(router.currentRoute.value.path).toBe(`/places/${SCHOOL}`);
  });
});

describe('a record that another tablet sent', () => {
  const fetched = (change: Partial<RecordRow>) =>
    aRecord('uuid:r', 'returned', {
      name: '',
      version: '',
      xml: '',
      emptied: true,
      createdAt: new Date(2026, 10, 20, 22, 52).getTime(),
      changedAt: new Date(2026, 10, 20, 22, 52).getTime(),
      finishedAt: null,
      verdict: {
        state: 'hasIssues',
        comment: 'ภาพไม่ชัด',
        reviewer: 'สมชาย',
        at: new Date(2026, 10, 20, 22, 45).toISOString(),
      },
      ...change,
    });
  const receivedAt = new Date(2026, 10, 20, 22, 37).toISOString();
  const receipt = { receivedAt, files: [], xmlSha256: 'abc' } as unknown as RecordRow['receipt'];

  it('goes by its form before it is fetched, and by the time of the verdict', async () => {
    await enrolled(somebody());
    await putRows([fetched({})]);
    await show('/records?tab=returned');
    expect(text()).toContain('แบบติดตามสถานศึกษา');
    expect(text()).toContain('22:45');
    expect(text()).not.toMatch(/ยังไม่มีชื่อ|22:52/);
    await show('/record/uuid:r');
    expect(document.querySelector('h1')?.textContent).toContain('แบบติดตามสถานศึกษา');
    expect(text()).not.toMatch(/ยังไม่มีชื่อ|22:52|เริ่มกรอก|รุ่นของแบบ/);
  });

  it('was not begun on this tablet after the office had it', async () => {
    await enrolled(somebody());
    await putRows([fetched({ name: 'บันทึก', version: '3', xml: '<data/>', emptied: false, receipt })]);
    await show('/record/uuid:r');
    await settled();
    expect(text()).toContain('22:37');
    expect(text()).not.toMatch(/22:52|เริ่มกรอก/);
    await show('/records?tab=returned');
    expect(text()).toContain('22:37');
  });
});
