/** A form over the tablet's own database that is left, thrown away or shortened while something is on its way. */
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { messages } from '@/app/messages';
import { openDb } from '@/store/db';
import { filesOf } from '@/store/files';
import { discardDraft, record as recordRow } from '@/store/records';
import type { Profile } from '@/store/types';
import { begin } from '@/views/fill/opening';
import { formRow, mountFilling, press, settle, type, withText, xform } from './support';
import { until } from '../until';

vi.mock('@/queue', () => ({
  queue: { sendNow: () => Promise.resolve() },
  exportRecord: vi.fn(),
  openReturned: vi.fn(),
}));

const FORM = xform({
  instance: '<pupil jr:template=""><name/></pupil><pupil><name/></pupil><a/><paper/>',
  binds: '<bind nodeset="/data/a" type="string"/><bind nodeset="/data/paper" type="binary"/>',
  body:
    '<group ref="/data/pupil"><label>นักเรียน</label><repeat nodeset="/data/pupil">' +
    '<input ref="/data/pupil/name"><label>ชื่อ</label></input></repeat></group>' +
    '<input ref="/data/a"><label>ข้อหนึ่ง</label></input>' +
    '<upload ref="/data/paper" mediatype="application/*"><label>เอกสาร</label></upload>',
});
const PROFILE = { id: 'p1', workspaceId: 7, displayName: 'สมใจ', email: null } as Profile;
const PAPER = new File(['เนื้อหา'], 'report.pdf', { type: 'application/pdf' });

let room: PromiseWithResolvers<StorageEstimate>;

beforeEach(async () => {
  room = Promise.withResolvers();
  vi.stubGlobal('navigator', { ...navigator, storage: { estimate: () => room.promise } });
  window.scrollTo = vi.fn();
  messages.value = [];
  const database = await openDb();
  for (const store of ['records', 'files', 'forms'] as const) await database.clear(store);
  await database.put('forms', formRow(FORM));
});
afterEach(() => {
  document.body.innerHTML = '';
});

/** A new record, on its first page (the rows) or its last one (the file). */
async function opened(page: 'rows' | 'file') {
  const opening = await begin(PROFILE, 'test');
  if ('refusal' in opening) throw new Error(opening.refusal.reason);
  const { filling } = opening;
  const mounted = await mountFilling(filling);
  if (page === 'file') {
    await press('ถัดไป');
    await until(() => expect(document.querySelector('input[type=file]')).not.toBeNull());
    await until(() => expect(mounted.wrapper.get('.saved').text()).toBe('บันทึกแล้ว'));
  }
  const { instanceId } = filling.row;
  return { ...mounted, filling, instanceId, xml: async () => (await recordRow(instanceId))?.xml };
}

/** Choose a file; it is kept when the browser has said how much room there is. */
async function choose(file: File) {
  const field = document.querySelector<HTMLInputElement>('input[type=file]')!;
  Object.defineProperty(field, 'files', { value: [file], configurable: true });
  field.dispatchEvent(new Event('change'));
  await settle();
}

const closed = (filling: { record: { instanceId: string } }) =>
  until(() => expect(() => filling.record.instanceId).toThrow('closed'));

describe('rows of a repeat', () => {
  const names = () => [...document.querySelectorAll<HTMLInputElement>('.rows input')];
  const removeRow = async (number: number) => {
    document.querySelector<HTMLElement>(`[aria-label="ลบรายการที่ ${number}"]`)!.click();
    await settle();
  };

  it('are taken out, and what is typed afterwards is saved', async () => {
    const { wrapper, filling, xml } = await opened('rows');
    await removeRow(1);
    expect(names()).toHaveLength(0);
    await press('เพิ่มรายการ');
    await press('เพิ่มรายการ');
    type(filling.record, '/data/pupil[1]/name', 'มานี');
    await removeRow(2);
    expect(names().map((field) => field.value)).toEqual(['มานี']);
    type(filling.record, '/data/a', 'หลังลบ');
    await until(async () => expect(await xml()).toContain('<pupil><name>มานี</name></pupil><a>หลังลบ</a><paper/>'));
    wrapper.unmount();
    await closed(filling);
  });

  it('with answers are taken out after a question', async () => {
    const { wrapper, filling, xml } = await opened('rows');
    type(filling.record, '/data/pupil[1]/name', 'มานี');
    await removeRow(1);
    [...document.querySelectorAll<HTMLElement>('[role="alertdialog"] button')].at(-1)!.click();
    await until(() => expect(names()).toHaveLength(0));
    await until(async () => expect(await xml()).not.toContain('มานี'));
    wrapper.unmount();
  });
});

describe('a file that is being kept', () => {
  it('is in the draft also when its page is left meanwhile', async () => {
    const { wrapper, filling, instanceId, xml } = await opened('file');
    await choose(PAPER);
    wrapper.unmount();
    room.resolve({ usage: 0, quota: 1e9 });
    await closed(filling);
    const [file] = await filesOf(instanceId);
    expect(file).toMatchObject({ size: PAPER.size });
    expect(await xml()).toContain(`<paper>${file!.name}</paper>`);
    expect((await recordRow(instanceId))?.fileNames).toEqual([file!.name]);
  });

  it('is not called saved before it is', async () => {
    const { wrapper, instanceId } = await opened('file');
    await choose(PAPER);
    expect(wrapper.get('.saved').text()).toBe('กำลังบันทึก…');
    room.resolve({});
    await until(() => expect(wrapper.get('.saved').text()).toBe('บันทึกแล้ว'));
    expect((await recordRow(instanceId))?.fileNames).toHaveLength(1);
    wrapper.unmount();
  });

  it('leads nobody to the review who has gone home meanwhile', async () => {
    const { wrapper, router, filling } = await opened('file');
    await choose(PAPER);
    await press('ตรวจทานก่อนส่ง');
    await router.push('/');
    wrapper.unmount();
    room.resolve({});
    await closed(filling);
    expect(router.currentRoute.value.path).toBe('/');
  });

  it('says what went wrong with it also when its page was left', async () => {
    const { wrapper, filling } = await opened('file');
    await choose(PAPER);
    wrapper.unmount();
    room.resolve({ usage: 1e9, quota: 1e9 });
    await closed(filling);
    expect(messages.value.map(({ text }) => text).join()).toContain('พื้นที่ในแท็บเล็ตเหลือไม่ถึง');
  });

  it('does not stay behind when its draft is thrown away', async () => {
    const { wrapper, router, instanceId } = await opened('file');
    await choose(PAPER);
    await press('หน้า 2 จาก');
    await press('ลบแบบร่างนี้');
    await until(() => expect(document.querySelector('[role="alertdialog"]')).not.toBeNull());
    [...document.querySelectorAll<HTMLElement>('[role="alertdialog"] button')].at(-1)!.click();
    await settle();
    room.resolve({});
    await until(() => expect(router.currentRoute.value.fullPath).toBe('/'));
    expect(await recordRow(instanceId)).toBe(undefined);
    expect(await filesOf(instanceId)).toEqual([]);
    wrapper.unmount();
  });
});

describe('a draft', () => {
  it('that was deleted in another tab stays deleted, and the person is told and led home', async () => {
    const { wrapper, router, filling, instanceId } = await opened('rows');
    await discardDraft(instanceId);
    type(filling.record, '/data/a', 'ยังกรอกอยู่');
    await until(() => expect(router.currentRoute.value.fullPath).toBe('/'));
    expect(messages.value.map(({ text }) => text)).toEqual(['แบบร่างนี้ถูกลบไปแล้วในแท็บอื่น จึงกรอกต่อไม่ได้']);
    wrapper.unmount();
    await closed(filling);
    expect(await recordRow(instanceId)).toBe(undefined);
  });

  it('that was deleted in another tab is not called finished', async () => {
    const { wrapper, router, instanceId } = await opened('file');
    await press('ตรวจทานก่อนส่ง');
    await until(() => expect(withText('เสร็จสิ้น')).toBeDefined());
    await until(() => expect(wrapper.get('.saved').text()).toBe('บันทึกแล้ว'));
    await discardDraft(instanceId);
    await press('เสร็จสิ้น');
    await until(() => expect(router.currentRoute.value.fullPath).toBe('/'));
    expect(messages.value.map(({ text }) => text)).toEqual(['แบบร่างนี้ถูกลบไปแล้วในแท็บอื่น จึงกรอกต่อไม่ได้']);
    expect(await recordRow(instanceId)).toBe(undefined);
    wrapper.unmount();
  });

  it('whose last words could not be saved after it was left says so', async () => {
    const { wrapper, filling } = await opened('rows');
    vi.spyOn(filling, 'keep').mockRejectedValue(new DOMException('full', 'QuotaExceededError'));
    type(filling.record, '/data/a', 'คำสุดท้าย');
    wrapper.unmount();
    await closed(filling);
    expect(messages.value.map(({ text }) => text)).toEqual([
      'บันทึกคำตอบล่าสุดของ แบบทดสอบ ไม่ได้ เปิดแบบร่างแล้วตรวจคำตอบท้าย ๆ อีกครั้ง',
    ]);
  });

  it('in which nothing changed is not written again when it is left', async () => {
    const { wrapper, filling, instanceId } = await opened('rows');
    const { changedAt } = (await recordRow(instanceId))!;
    vi.spyOn(Date, 'now').mockReturnValue(changedAt + 5000);
    wrapper.unmount();
    await closed(filling);
    expect((await recordRow(instanceId))?.changedAt).toBe(changedAt);
    vi.restoreAllMocks();
  });
});
