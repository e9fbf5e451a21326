import axe from 'axe-core';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { messages } from '@/app/messages';
import { find, mountForm, open, press, questions, settle, type, withText, xform } from './support';
import type { InputNode } from '@/engine/types';
import { until } from '../until';

const { finishRow, discardDraft, DraftGoneError, MissingFileError } = vi.hoisted(() => ({
  finishRow: vi.fn<() => Promise<void>>(),
  discardDraft: vi.fn<() => Promise<void>>(),
  DraftGoneError: class extends Error {},
  MissingFileError: class extends Error {
    constructor(readonly names: string[]) {
      super('missing');
    }
  },
}));
vi.mock('@/store/records', () => ({
  finish: finishRow,
  discardDraft,
  DraftGoneError,
  MissingFileError,
  record: vi.fn(),
  saveDraft: vi.fn(),
}));
vi.mock('@/queue', () => ({
  queue: { sendNow: () => Promise.resolve() },
  exportRecord: vi.fn(),
  openReturned: vi.fn(),
}));
vi.mock('@/store/files', () => ({ filesOf: () => Promise.resolve([]) }));

beforeEach(() => {
  finishRow.mockReset().mockResolvedValue(undefined);
  discardDraft.mockReset().mockResolvedValue(undefined);
  window.scrollTo = vi.fn();
  messages.value = [];
});
afterEach(() => {
  document.body.innerHTML = '';
});

describe('an open form', () => {
  const q = questions('q', 40);
  const FORM = xform({
    instance: q.instance,
    binds: q.binds.replace('nodeset="/data/q20"', 'nodeset="/data/q20" required="true()"'),
    body: q.body,
  });

  it('has only the current page in the document', async () => {
    const { wrapper } = await mountForm(await open(FORM), FORM);
    expect(wrapper.findAll('.question').length).toBeLessThanOrEqual(15);
    expect(wrapper.text()).toContain('หน้า 1 จาก 3');
    await press('ถัดไป');
    expect(wrapper.text()).toContain('หน้า 2 จาก 3');
    expect(document.activeElement?.id).toBe('page-title');
    wrapper.unmount();
  });

  it('opens on the page and in the language it was left', async () => {
    const { wrapper, kept } = await mountForm(await open(FORM), FORM, { page: 2 });
    expect(wrapper.text()).toContain('หน้า 3 จาก 3');
    await press('ย้อนกลับ');
    wrapper.unmount();
    await until(() => expect(kept.at(-1)?.page).toBe(1));
  });

  it('leads from finishing to the first question that is wrong, and lists all of them', async () => {
    const record = await open(FORM);
    const { wrapper } = await mountForm(record, FORM, { page: 2 });
    await press('ตรวจทานก่อนส่ง');
    await until(() => expect(withText('เสร็จสิ้น')).toBeDefined());
    await press('เสร็จสิ้น');
    const wanted = document.querySelector.bind(
      document,
      `#q-${find(record, '/data/q20').nodeId.replace(/\W/g, '-')}-input`,
    );
    await until(() => expect(document.activeElement).toBe(wanted()));
    expect(finishRow).not.toHaveBeenCalled();
    expect(wrapper.text()).toContain('หน้า 2 จาก 3');
    expect(wrapper.get('.findings').text()).toContain('ข้อ q20');
    expect(wrapper.get('.question .error').text()).toBe('ต้องตอบข้อนี้');
    find<InputNode>(record, '/data/q20').setValue('ตอบแล้ว');
    await settle();
    expect(wrapper.find('.findings').exists()).toBe(false);
    wrapper.unmount();
  });

  it('is ready to be sent when all is well', async () => {
    const record = await open(FORM);
    type(record, '/data/q20', 'ครบ');
    const { wrapper, router } = await mountForm(record, FORM, { page: 2 });
    await press('ตรวจทานก่อนส่ง');
    await until(() => expect(withText('เสร็จสิ้น')).toBeDefined());
    await press('เสร็จสิ้น');
    await until(() => expect(router.currentRoute.value.path).toBe('/'));
    expect(finishRow).toHaveBeenCalledOnce();
    expect(messages.value.at(-1)?.text).toBe('พร้อมส่งแล้ว: แบบทดสอบ');
    wrapper.unmount();
  });

  it('is finished also when it is left while it is being finished', async () => {
    const stored = Promise.withResolvers<void>();
    finishRow.mockReturnValue(stored.promise);
    const record = await open(FORM);
    type(record, '/data/q20', 'ครบ');
    const { wrapper, kept, router } = await mountForm(record, FORM, { page: 2 });
    await press('ตรวจทานก่อนส่ง');
    await until(() => expect(withText('เสร็จสิ้น')).toBeDefined());
    withText('เสร็จสิ้น')!.click();
    const led = vi.spyOn(router, 'push');
    wrapper.unmount();
    await until(() => expect(finishRow).toHaveBeenCalledOnce());
    expect(record.instanceId).toMatch(/^uuid:/);
    const before = kept.length;
    stored.resolve();
    await until(() => expect(() => record.instanceId).toThrow('closed'));
    expect(messages.value.at(-1)?.text).toBe('พร้อมส่งแล้ว: แบบทดสอบ');
    expect(kept).toHaveLength(before);
    expect(led).not.toHaveBeenCalled();
  });

  it('says what is missing to somebody who left while it was being finished', async () => {
    const record = await open(FORM);
    const { wrapper, router } = await mountForm(record, FORM, { page: 2 });
    await press('ตรวจทานก่อนส่ง');
    await until(() => expect(withText('เสร็จสิ้น')).toBeDefined());
    const led = [vi.spyOn(router, 'push'), vi.spyOn(router, 'replace'), vi.spyOn(router, 'back')];
    withText('เสร็จสิ้น')!.click();
    wrapper.unmount();
    await until(() => expect(messages.value.at(-1)?.text).toContain('มี 1 ข้อที่ต้องตอบ'));
    await until(() => expect(() => record.instanceId).toThrow('closed'));
    led.forEach((move) => expect(move).not.toHaveBeenCalled());
    expect(finishRow).not.toHaveBeenCalled();
  });

  it('is closed when it is left while the way to a mistake is shown', async () => {
    const record = await open(FORM);
    const { wrapper } = await mountForm(record, FORM, { page: 2 });
    await press('ตรวจทานก่อนส่ง');
    await until(() => expect(withText('เสร็จสิ้น')).toBeDefined());
    withText('เสร็จสิ้น')!.click();
    await until(() => expect(wrapper.find('.findings').exists() || withText('กลับไปกรอก') === undefined).toBe(true));
    wrapper.unmount();
    await until(() => expect(() => record.instanceId).toThrow('closed'));
  });

  it('stays open and names the files when files are gone from the tablet', async () => {
    finishRow.mockRejectedValue(new MissingFileError(['photo-1.jpg']));
    const record = await open(FORM);
    type(record, '/data/q20', 'ครบ');
    const { wrapper, router } = await mountForm(record, FORM, { page: 2 });
    await press('ตรวจทานก่อนส่ง');
    await until(() => expect(withText('เสร็จสิ้น')).toBeDefined());
    await press('เสร็จสิ้น');
    await until(() => expect(messages.value.at(-1)?.text).toContain('photo-1.jpg'));
    expect(router.currentRoute.value.path).toContain('/review/');
    wrapper.unmount();
  });

  it('is thrown away only after a question, and then not written again', async () => {
    const record = await open(FORM);
    type(record, '/data/q1', 'ก');
    const { wrapper, router, kept } = await mountForm(record, FORM);
    await press('หน้า 1 จาก 3');
    await press('ลบแบบร่างนี้');
    await until(() => expect(document.querySelector('[role="alertdialog"]')).not.toBeNull());
    expect(discardDraft).not.toHaveBeenCalled();
    [...document.querySelectorAll<HTMLElement>('[role="alertdialog"] button')].at(-1)!.click();
    await until(() => expect(router.currentRoute.value.fullPath).toBe('/'));
    expect(discardDraft).toHaveBeenCalledOnce();
    wrapper.unmount();
    await settle();
    expect(kept).toEqual([]);
  });

  it('turns its pages and saves by the keyboard', async () => {
    const record = await open(FORM);
    const { wrapper, kept } = await mountForm(record, FORM);
    const key = async (keys: KeyboardEventInit) => {
      window.dispatchEvent(new KeyboardEvent('keydown', keys));
      await settle();
    };
    await key({ key: 'PageDown', altKey: true });
    expect(wrapper.text()).toContain('หน้า 2 จาก 3');
    await key({ key: 'PageUp', altKey: true });
    expect(wrapper.text()).toContain('หน้า 1 จาก 3');
    type(record, '/data/q1', 'ก');
    await key({ key: 's', ctrlKey: true });
    expect(kept.at(-1)?.xml).toContain('<q1>ก</q1>');
    wrapper.unmount();
  });

  it('says what is missing on a page that was left', async () => {
    const { wrapper } = await mountForm(await open(FORM), FORM, { page: 1 });
    expect(wrapper.find('.question .error').exists()).toBe(false);
    await press('ถัดไป');
    await press('ย้อนกลับ');
    expect(wrapper.get('.question .error').text()).toBe('ต้องตอบข้อนี้');
    wrapper.unmount();
  });

  it('can only be read after it was sent', async () => {
    const record = await open(FORM);
    type(record, '/data/q3', 'เห็นแล้ว');
    const { wrapper, kept } = await mountForm(record, FORM, { state: 'complete' });
    expect(wrapper.text()).toContain('เห็นแล้ว');
    expect(wrapper.findAll('button').map((one) => one.attributes('aria-label') ?? one.text())).toEqual(['หน้าแรก']);
    wrapper.unmount();
    await settle();
    expect(kept).toEqual([]);
  });

  it('shows the reviewer’s words above a returned record', async () => {
    const verdict = { state: 'hasIssues', comment: 'ถ่ายรูปป้ายใหม่', reviewer: 'วิไล', at: '2026-11-20T03:00:00Z' };
    const { wrapper } = await mountForm(await open(FORM), FORM, { verdict });
    expect(wrapper.get('.returned').text()).toContain('ถ่ายรูปป้ายใหม่');
    wrapper.unmount();
  });

  it('marks in the contents where something is missing, and goes there', async () => {
    const { wrapper } = await mountForm(await open(FORM), FORM);
    await press('หน้า 1 จาก 3');
    const entries = [...document.querySelectorAll<HTMLElement>('[role="dialog"] li button')];
    expect(entries.map((entry) => entry.textContent?.includes('ยังขาด 1 ข้อ'))).toEqual([false, true, false]);
    entries[1]!.click();
    await settle();
    expect(wrapper.text()).toContain('หน้า 2 จาก 3');
    wrapper.unmount();
  });

  it('changes its language in place, Thai first', async () => {
    const text = (lang: string, label: string) =>
      `<translation lang="${lang}"><text id="a"><value>${label}</value></text></translation>`;
    const form = xform({
      instance: '<a/>',
      itext: text('English (en)', 'Name') + text('ไทย (th)', 'ชื่อ'),
      body: `<input ref="/data/a"><label ref="jr:itext('a')"/></input>`,
    });
    const { wrapper } = await mountForm(await open(form), form);
    expect(wrapper.get('.label').text()).toBe('ชื่อ');
    const languages = wrapper.get('select.language');
    expect(languages.findAll('option').map((one) => one.text())).toEqual(['ไทย', 'English']);
    await languages.setValue('English (en)');
    await settle();
    expect(wrapper.get('.label').text()).toBe('Name');
    wrapper.unmount();
  });

  it('has nothing that axe objects to, on a page and in the review', async () => {
    const { wrapper } = await mountForm(await open(FORM), FORM, { page: 2 });
    const check = async () => {
      const { violations } = await axe.run(document.body, {
        rules: { 'color-contrast': { enabled: false }, region: { enabled: false } },
      });
      return violations.map(({ id, nodes }) => `${id}: ${nodes[0]?.html}`);
    };
    expect(await check()).toEqual([]);
    await press('ตรวจทานก่อนส่ง');
    await until(() => expect(withText('เสร็จสิ้น')).toBeDefined());
    expect(await check()).toEqual([]);
    wrapper.unmount();
  });
});
