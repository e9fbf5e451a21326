import { beforeEach, describe, expect, it } from 'vitest';
import { formatAgo, formatBytes, formatDate, formatDateTime, initial } from '@/app/formats';
import { dueOf, grouped, longestAgo, matches, recommendationsOf, schoolsFrom, schoolsOf } from '@/app/lists';
import { setLanguage, t } from '@/locales';
import { app } from '@/locales/app';
import { aForm, aRow, somebody } from './support';

const school = (uuid: string, label: string, data: Record<string, string> = {}) =>
  aRow('schools', uuid, label, { code: uuid, active: '1', ...data });

describe('the schools', () => {
  const rows = [
    school('a', 'บ้านหนองบัว', { district_code: 'D1', last_visit_date: '2026-08-01' }),
    school('b', 'วัดโพธิ์ทอง', { district_code: 'D2', last_visit_date: '2026-03-01' }),
    school('c', 'บ้านทุ่งนา', { district_code: 'D1' }),
    school('d', 'ปิดแล้ว', { active: '0' }),
  ];

  it('are those that are open, in the order of the Thai alphabet', () => {
    expect(schoolsFrom(rows).map((one) => one.uuid)).toEqual(['c', 'a', 'b']);
  });

  it('can begin with those visited longest ago, never visited ones first', () => {
    expect(longestAgo(schoolsFrom(rows)).map((one) => one.uuid)).toEqual(['c', 'b', 'a']);
  });

  it('are those of the person where the office gave a district or schools', () => {
    const schools = schoolsFrom(rows);
    expect(schoolsOf(schools, {}).length).toBe(3);
    expect(schoolsOf(schools, { district: 'D2' }).map((one) => one.uuid)).toEqual(['b']);
    expect(schoolsOf(schools, { school: 'a, b' }).map((one) => one.uuid)).toEqual(['a', 'b']);
  });

  it('are found by parts of names in any order', () => {
    expect(matches('บัว  หนอง', 'บ้านหนองบัว')).toBe(true);
    expect(matches('หนองแค', 'บ้านหนองบัว')).toBe(false);
    expect(matches('', 'anything')).toBe(true);
  });
});

describe('what is due', () => {
  const tasks = [
    aRow('tasks', 't1', 'ของฉัน', { officer: 'O1', status: 'doing', due_date: '2026-11-30' }),
    aRow('tasks', 't2', 'เสร็จแล้ว', { officer: 'O1', status: 'done', due_date: '2026-11-01' }),
    aRow('tasks', 't3', 'ของคนอื่น', { officer: 'O2', status: 'doing', due_date: '2026-11-01' }),
  ];
  const recommendations = [
    aRow('recommendations', 'r1', 'ของกลุ่ม', {
      group_code: 'SUP',
      status: 'assigned',
      due_date: '2026-11-02',
      school: 's1',
    }),
    aRow('recommendations', 'r2', 'ปิดแล้ว', { group_code: 'SUP', status: 'implemented', school: 's1' }),
    aRow('recommendations', 'r3', 'ไม่ระบุ', { status: 'received' }),
  ];

  it('is the open work of the person and the group, the most urgent first', () => {
    const me = somebody({ properties: { officer: 'O1', group: 'SUP' } });
    const due = dueOf(me, tasks, recommendations, '2026-11-21');
    expect(due.map((one) => [one.uuid, one.late])).toEqual([
      ['r1', true],
      ['t1', false],
      ['r3', false],
    ]);
  });

  it('is not other people’s work for somebody of whom the plan knows nothing', () => {
    expect(dueOf(somebody(), tasks, recommendations, '2026-11-21').map((one) => one.uuid)).toEqual(['r3']);
  });

  it('at a school is what names that school and is open', () => {
    const [place] = schoolsFrom([school('s1', 'โรงเรียน')]);
    expect(place && recommendationsOf(place, recommendations, '2026-11-21').map((one) => one.uuid)).toEqual(['r1']);
  });
});

describe('the forms', () => {
  const forms = [
    aForm('a', 'แบบติดตามสถานศึกษา', ['schools', 'projects']),
    aForm('b', 'แบบรายงานโครงการ', ['projects']),
    aForm('c', 'แบบข้อเสนอแนะ', ['recommendations', 'schools']),
    aForm('d', 'แบบทั่วไป', []),
  ];

  it('stand by what they are about', () => {
    expect(grouped(forms, '').map((one) => [one.group, one.forms.map((form) => form.xmlFormId)])).toEqual([
      ['schools', ['a']],
      ['projects', ['b']],
      ['followUp', ['c']],
      ['other', ['d']],
    ]);
  });

  it('are found by their titles', () => {
    expect(grouped(forms, 'โครงการ').map((one) => one.forms.map((form) => form.xmlFormId))).toEqual([['b']]);
  });
});

describe('dates and sizes', () => {
  beforeEach(() => setLanguage('th'));
  const noon = new Date(2026, 10, 21, 9, 5).getTime();

  it('are in the Buddhist era with Arabic digits in Thai', () => {
    expect(formatDate('2026-11-21')).toBe('21 พ.ย. 2569');
    expect(formatDateTime(noon)).toBe('21 พ.ย. 2569 09:05');
  });

  it('are in the common era in English', () => {
    setLanguage('en');
    expect(formatDate('2026-11-21')).toBe('21 Nov 2026');
  });

  it('say how long ago something was, and the date after a day', () => {
    expect(formatAgo(noon, noon + 5 * 60_000)).toContain('5');
    expect(formatAgo(noon, noon + 3 * 86_400_000)).toBe('21 พ.ย. 2569 09:05');
    expect(formatAgo(noon, noon - 86_400_000)).toBe('21 พ.ย. 2569 09:05');
  });

  it('stay as they are when they are no dates', () => {
    expect(formatDate('')).toBe('–');
    expect(formatDate('soon')).toBe('soon');
  });

  it('stand for people by their names, not by their titles', () => {
    expect(['นางสาวพิมพ์ชนก ใจดี', 'นายสมชาย', 'เยี่ยมโรงเรียน', 'Mr. Smith', 'อนงค์'].map(initial)).toEqual([
      'พ',
      'ส',
      'ย',
      'S',
      'อ',
    ]);
  });

  it('count bytes as tablets do', () => {
    expect([0, 999, 1536, 20 * 1024 * 1024, null].map(formatBytes)).toEqual(['0 B', '999 B', '1.5 KB', '20 MB', '–']);
  });
});

describe('the sentences', () => {
  it('name the same parts in both languages and are never empty', () => {
    const parts = (text: string) => [...text.matchAll(/\{(\w+)\}/g)].map((found) => found[1]).sort();
    for (const [key, { th, en }] of Object.entries(app)) {
      expect(th.trim(), key).not.toBe('');
      expect(en.trim(), key).not.toBe('');
      expect(parts(th), key).toEqual(parts(en));
    }
  });

  it('change with the language at once', () => {
    setLanguage('en');
    expect(t('app.hello', { name: 'Pim' })).toBe('Hello, Pim');
    expect(document.documentElement.lang).toBe('en');
    setLanguage('th');
    expect(t('app.hello', { name: 'พิม' })).toBe('สวัสดี พิม');
  });
});
