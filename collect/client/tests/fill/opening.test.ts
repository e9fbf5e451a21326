import { beforeEach, describe, expect, it, vi } from 'vitest';
import { openDb } from '@/store/db';
import { record as recordRow, recordsOf } from '@/store/records';
import type { Profile, RecordRow } from '@/store/types';
import { begin, reopen, type Filling, type Opening } from '@/views/fill/opening';
import { formRow, type, xform } from './support';

const FORM = xform({
  instance: '<a/>',
  binds: '<bind nodeset="/data/a" type="string"/>',
  body: '<input ref="/data/a"><label>ชื่อ</label></input>',
});
const PROFILE = { id: 'p1', workspaceId: 7, displayName: 'สมใจ', email: null } as Profile;

/** Locks as browsers keep them, shared by all tabs. */
function stubLocks() {
  const held = new Set<string>();
  const request = async (name: string, _: unknown, work: (lock: unknown) => Promise<void> | undefined) => {
    if (held.has(name)) return work(null);
    held.add(name);
    await work({ name });
    held.delete(name);
  };
  vi.stubGlobal('navigator', { ...navigator, locks: { request } });
}

function filled(opening: Opening): Filling {
  if ('refusal' in opening) throw new Error(`refused: ${opening.refusal.is} ${opening.refusal.reason}`);
  return opening.filling;
}

const refused = (opening: Opening) => ('refusal' in opening ? opening.refusal.is : 'opened');

beforeEach(async () => {
  stubLocks();
  const database = await openDb();
  await database.clear('records');
  await database.clear('forms');
  await database.put('forms', formRow(FORM));
});

async function keep(filling: Filling, page = 0) {
  await filling.keep(filling.record.snapshot(), { page, language: null });
}

async function returned(): Promise<RecordRow> {
  const filling = filled(await begin(PROFILE, 'test'));
  type(filling.record, '/data/a', 'คำตอบเดิม');
  await keep(filling);
  filling.close();
  const verdict = { state: 'hasIssues', comment: 'แก้ชื่อ', reviewer: 'วิไล', at: '2026-11-20T03:00:00Z' };
  const row: RecordRow = { ...filling.row, state: 'returned', verdict };
  await (await openDb()).put('records', row);
  return row;
}

describe('a new record', () => {
  it('has a row as soon as it is open', async () => {
    const { row, record } = filled(await begin(PROFILE, 'test'));
    expect(await recordRow(record.instanceId)).toMatchObject({
      instanceId: row.instanceId,
      state: 'draft',
      workspaceId: 7,
      formTitle: 'แบบทดสอบ',
    });
  });

  it('is not begun without its form', async () => {
    expect(refused(await begin(PROFILE, 'other'))).toBe('no_form');
    expect(await recordsOf('p1')).toEqual([]);
  });
});

describe('a draft', () => {
  it('opens again with its answers, its page and its name', async () => {
    const first = filled(await begin(PROFILE, 'test'));
    type(first.record, '/data/a', 'บ้านหนองบัว');
    await keep(first, 3);
    const { instanceId } = first.row;
    first.close();
    const second = filled(await reopen(PROFILE, instanceId));
    expect(second.row.page).toBe(3);
    expect(second.record.instanceId).toBe(instanceId);
    expect(second.record.snapshot().xml).toContain('<a>บ้านหนองบัว</a>');
  });

  it('has after a reload what its page wrote last, though the database never came to it', async () => {
    const first = filled(await begin(PROFILE, 'test'));
    await keep(first);
    const { row } = first;
    type(first.record, '/data/a', 'คำสุดท้าย');
    const busy = vi.spyOn(IDBTransaction.prototype, 'objectStore').mockImplementationOnce(() => {
      throw new DOMException('gone', 'AbortError');
    });
    await expect(first.keep(first.record.snapshot(), { page: 2, language: 'th' }, true)).rejects.toThrow('gone');
    busy.mockRestore();
    first.close();
    expect(await recordRow(row.instanceId)).toEqual(row);
    const second = filled(await reopen(PROFILE, row.instanceId));
    expect(second.record.snapshot().xml).toContain('<a>คำสุดท้าย</a>');
    expect(await recordRow(row.instanceId)).toMatchObject({ page: 2, language: 'th', xml: second.row.xml });
  });

  it('does not go back to what a page wrote last before another tab went on', async () => {
    const first = filled(await begin(PROFILE, 'test'));
    type(first.record, '/data/a', 'คำสุดท้าย');
    await first.keep(first.record.snapshot(), { page: 0, language: null }, true);
    first.close();
    const { instanceId, xml } = first.row;
    const later = { ...first.row, xml: xml.replace('คำสุดท้าย', 'คำของอีกแท็บ'), changedAt: first.row.changedAt + 1 };
    await (await openDb()).put('records', later);
    const second = filled(await reopen(PROFILE, instanceId));
    expect(second.record.snapshot().xml).toContain('<a>คำของอีกแท็บ</a>');
  });

  it('is written by one tab at a time', async () => {
    const first = filled(await begin(PROFILE, 'test'));
    expect(refused(await reopen(PROFILE, first.row.instanceId))).toBe('elsewhere');
    first.close();
    expect(refused(await reopen(PROFILE, first.row.instanceId))).toBe('opened');
  });

  it('opens with the version it began with, and says so when that version is not there', async () => {
    const { row, close } = filled(await begin(PROFILE, 'test'));
    close();
    await (await openDb()).delete('forms', ['p1', 'test', '1']);
    await (await openDb()).put('forms', { ...formRow(FORM), version: '2' });
    expect(refused(await reopen(PROFILE, row.instanceId))).toBe('no_form');
  });

  it('tells the reason when its form cannot be opened, and lets it go', async () => {
    const { row, close } = filled(await begin(PROFILE, 'test'));
    close();
    await (await openDb()).put('forms', formRow('<not-a-form'));
    const opening = await reopen(PROFILE, row.instanceId);
    expect(opening).toMatchObject({ refusal: { is: 'broken', row: { instanceId: row.instanceId } } });
    expect('refusal' in opening && opening.refusal.reason).not.toBe('');
    await (await openDb()).put('forms', formRow(FORM));
    expect(refused(await reopen(PROFILE, row.instanceId))).toBe('opened');
  });

  it('of another person on the tablet is not there', async () => {
    const { row } = filled(await begin(PROFILE, 'test'));
    expect(refused(await reopen({ ...PROFILE, id: 'p2' }, row.instanceId))).toBe('missing');
  });
});

describe('a returned record', () => {
  it('is corrected in a draft of its own that carries its answers and the reviewer’s words', async () => {
    const old = await returned();
    const { row, record, editable } = filled(await reopen(PROFILE, old.instanceId));
    expect(editable).toBe(true);
    expect(row).toMatchObject({ state: 'draft', edits: old.instanceId, verdict: { comment: 'แก้ชื่อ' } });
    expect(row.instanceId).not.toBe(old.instanceId);
    expect(record.edits).toBe(old.instanceId);
    const { xml } = record.snapshot();
    expect(xml).toContain('<a>คำตอบเดิม</a>');
    expect(xml.match(/deprecatedID>/g)).toHaveLength(2);
  });

  it('goes on in the same draft when it is opened again', async () => {
    const old = await returned();
    const first = filled(await reopen(PROFILE, old.instanceId));
    first.close();
    const second = filled(await reopen(PROFILE, old.instanceId));
    expect(second.row.instanceId).toBe(first.row.instanceId);
    expect(await recordsOf('p1', ['draft'])).toHaveLength(1);
  });
});

it('a record that was sent can be read, not changed', async () => {
  const { row, close } = filled(await begin(PROFILE, 'test'));
  close();
  await (await openDb()).put('records', { ...row, state: 'complete' });
  expect(filled(await reopen(PROFILE, row.instanceId)).editable).toBe(false);
});
