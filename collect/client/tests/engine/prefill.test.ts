/** A visit that begins on a school's page is about that school. */
import { expect, test } from 'vitest';
import { chooseRow, type SelectNode } from '@/engine';
import { at, open, xform } from './support';

const choice = (name: string, list: string, cut = '') =>
  `<select1 ref="/data/${name}"><label>${name}</label><itemset nodeset="instance('${list}')/root/item${cut}">` +
  '<value ref="name"/><label ref="label"/></itemset></select1>';
const FORM = xform({
  instance: '<district/><school/><note/>',
  secondary:
    '<instance id="districts" src="jr://file-csv/districts.csv"/>' +
    '<instance id="schools" src="jr://file-csv/schools.csv"/>',
  binds: ['district', 'school', 'note'].map((name) => `<bind nodeset="/data/${name}" type="string"/>`).join(''),
  body:
    choice('district', 'districts') +
    choice('school', 'schools', '[district_code =  /data/district ]') +
    '<input ref="/data/note"><label>note</label></input>',
});
const CSV: Record<string, string> = {
  'districts.csv': 'name,label\r\nD1,เมือง\r\nD2,นา\r\n',
  'schools.csv': 'name,label,district_code\r\ns1,บ้านนา,D1\r\ns2,บ้านสวน,D2\r\n',
};
const opened = () => open(FORM, { attachment: (name) => Promise.resolve(new Blob([CSV[name] ?? ''])) });
const chosen = (record: Awaited<ReturnType<typeof opened>>, name: string) =>
  at<SelectNode>(record, `/data/${name}`).currentState.value;

test('the district is answered first, then the school', async () => {
  const record = await opened();
  chooseRow(record, FORM, 'schools', 's2', { district_code: 'D2' });
  expect([chosen(record, 'district'), chosen(record, 'school')]).toEqual([['D2'], ['s2']]);
});

test('what does not fit stays blank', async () => {
  const record = await opened();
  chooseRow(record, FORM, 'schools', 's9', { district_code: 'D9' });
  chooseRow(record, FORM, 'nothing', 's1', {});
  expect([chosen(record, 'district'), chosen(record, 'school')]).toEqual([[], []]);
});
