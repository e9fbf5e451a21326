/** What the office's lists say to a person: schools, open recommendations, tasks, and which forms are about them. */
import type { EntityRow, FormRow, Profile } from '@/store/types';
import type { Key } from '@/locales';

export const SCHOOLS = 'schools';
export const RECOMMENDATIONS = 'recommendations';
export const TASKS = 'tasks';

export interface School {
  uuid: string;
  label: string;
  code: string;
  district: string;
  network: string;
  students: string;
  size: string;
  /** ISO date of the last visit, or empty. */
  lastVisit: string;
  lastLevel: string;
  /** An unsent record of this tablet changed it. */
  local: boolean;
}

export function schoolsFrom(rows: EntityRow[]): School[] {
  return rows
    .filter((row) => row.data.active !== '0')
    .map((row) => ({
      uuid: row.uuid,
      label: row.label,
      code: row.data.code ?? '',
      district: row.data.district_code ?? '',
      network: row.data.network_code ?? '',
      students: row.data.students ?? '',
      size: row.data.size ?? '',
      lastVisit: row.data.last_visit_date ?? '',
      lastLevel: row.data.last_visit_level ?? '',
      local: row.localBy !== null,
    }))
    .sort((a, b) => a.label.localeCompare(b.label, 'th'));
}

/** The schools whose turn it is: never visited first, then those visited longest ago. */
export function longestAgo(schools: School[]): School[] {
  return [...schools].sort((a, b) => a.lastVisit.localeCompare(b.lastVisit) || a.label.localeCompare(b.label, 'th'));
}

const OF_SCHOOL: [property: string, of: keyof School][] = [
  ['school', 'uuid'],
  ['school', 'code'],
  ['district', 'district'],
  ['district_code', 'district'],
  ['network', 'network'],
  ['network_code', 'network'],
];

/** The schools that the office gave this person by their properties; all when it gave none in particular. */
export function schoolsOf(schools: School[], properties: Record<string, string>): School[] {
  const asked = OF_SCHOOL.filter(([property]) => properties[property]);
  if (asked.length === 0) return schools;
  return schools.filter((school) =>
    asked.some(([property, of]) => wantedOf(properties[property]).has(String(school[of]))),
  );
}

/** Several values in one property are separated by blanks, commas or semicolons. */
const wantedOf = (value: string | undefined): Set<string> => new Set((value ?? '').split(/[\s,;]+/).filter(Boolean));

/** Text as people type it when they search: no difference of case, blanks or look-alike forms of Thai letters. */
export const searchable = (text: string): string => text.normalize('NFKC').toLowerCase().replace(/\s+/g, ' ').trim();

export function matches(asked: string, ...texts: string[]): boolean {
  const whole = searchable(texts.join(' '));
  return searchable(asked)
    .split(' ')
    .every((word) => whole.includes(word));
}

export interface Due {
  uuid: string;
  kind: 'task' | 'recommendation';
  label: string;
  /** ISO date, or empty. */
  dueDate: string;
  status: string;
  school: string;
  late: boolean;
}

const CLOSED = { task: new Set(['done']), recommendation: new Set(['implemented', 'not_feasible']) };

function openOf(kind: Due['kind'], rows: EntityRow[], today: string): Due[] {
  return rows
    .filter((row) => !CLOSED[kind].has(row.data.status ?? ''))
    .map((row) => ({
      uuid: row.uuid,
      kind,
      label: row.label,
      dueDate: row.data.due_date ?? '',
      status: row.data.status ?? '',
      school: row.data.school ?? '',
      late: Boolean(row.data.due_date) && (row.data.due_date ?? '') < today,
    }));
}

/** Of rows that name an officer or a group, those of this person; rows of nobody in particular concern everybody. */
function mine({ properties: { officer, group } }: Profile): (row: EntityRow) => boolean {
  return ({ data }) => {
    if (officer && data.officer) return data.officer === officer;
    if (group && data.group_code) return data.group_code === group;
    return !data.officer && !data.group_code;
  };
}

/** What is open for a person, the most urgent first. */
export function dueOf(profile: Profile, tasks: EntityRow[], recommendations: EntityRow[], today: string): Due[] {
  const wanted = mine(profile);
  return [
    ...openOf('task', tasks.filter(wanted), today),
    ...openOf('recommendation', recommendations.filter(wanted), today),
  ].sort((a, b) => (a.dueDate || '9').localeCompare(b.dueDate || '9') || a.label.localeCompare(b.label, 'th'));
}

/** The recommendations that name a school and still wait. */
export const recommendationsOf = (school: School, rows: EntityRow[], today: string): Due[] =>
  openOf('recommendation', rows, today).filter((due) => due.school === school.uuid || due.school === school.code);

/** The school that a piece of work names, if it is on the tablet. */
export const placeOf = (due: Due, schools: School[]): School | undefined =>
  due.school === '' ? undefined : schools.find((one) => due.school === one.uuid || due.school === one.code);

/** Today by the tablet's clock, as lists write dates. */
export function isoToday(now: Date = new Date()): string {
  const digits = (value: number) => String(value).padStart(2, '0');
  return `${now.getFullYear()}-${digits(now.getMonth() + 1)}-${digits(now.getDate())}`;
}

export type FormGroup = 'followUp' | 'schools' | 'indicators' | 'projects' | 'other';
export const GROUP_LABEL: Record<FormGroup, Key> = {
  schools: 'app.groupSchools',
  projects: 'app.groupProjects',
  indicators: 'app.groupIndicators',
  followUp: 'app.groupFollowUp',
  other: 'app.groupOther',
};

const usesList = (form: FormRow, ...lists: string[]): boolean =>
  form.files.some((file) => file.list !== null && lists.includes(file.list));

/** What a form is about, by the lists that it chooses from. */
export function groupOf(form: FormRow): FormGroup {
  if (usesList(form, RECOMMENDATIONS, TASKS)) return 'followUp';
  if (usesList(form, SCHOOLS)) return 'schools';
  if (usesList(form, 'indicators', 'standards', 'std_issues')) return 'indicators';
  if (usesList(form, 'projects', 'activities')) return 'projects';
  return 'other';
}

export const formsAbout = (list: string, forms: FormRow[]): FormRow[] => forms.filter((form) => usesList(form, list));

export interface GroupOfForms {
  group: FormGroup;
  forms: FormRow[];
}

export function grouped(forms: FormRow[], asked: string): GroupOfForms[] {
  const found = forms
    .filter((form) => matches(asked, form.title, form.xmlFormId))
    .sort((a, b) => a.title.localeCompare(b.title, 'th'));
  return (Object.keys(GROUP_LABEL) as FormGroup[])
    .map((group) => ({ group, forms: found.filter((form) => groupOf(form) === group) }))
    .filter((one) => one.forms.length > 0);
}
