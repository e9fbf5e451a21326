/** A tablet with somebody on it, and pages mounted as the application mounts them. */
import { flushPromises, mount, type VueWrapper } from '@vue/test-utils';
import axe from 'axe-core';
import { vi } from 'vitest';
import { createMemoryHistory, type Router } from 'vue-router';
import App from '@/App.vue';
import { loadSession, locked, profile, profiles } from '@/app/session';
import { makeRouter } from '@/router';
import { openDb } from '@/store/db';
import { putProfile } from '@/store/profiles';
import type { EntityRow, FormRow, Profile, RecordRow, RecordState } from '@/store/types';

// jsdom has no layout to scroll.
window.scrollTo = () => undefined;

export const somebody = (change: Partial<Profile> = {}): Profile => ({
  id: '1:7',
  workspaceId: 1,
  workspaceName: 'สพป.ตัวอย่าง เขต 1',
  actorId: 7,
  displayName: 'พิมพ์ชนก ใจดี',
  properties: {},
  token: 'token-of-pim',
  tokenWorks: true,
  email: 'pim@office.example',
  pin: null,
  cursor: 'c1',
  epoch: 'e1',
  lastContactAt: Date.now() - 60_000,
  ...change,
});

export const aRecord = (instanceId: string, state: RecordState, change: Partial<RecordRow> = {}): RecordRow => ({
  instanceId,
  profileId: '1:7',
  workspaceId: 1,
  xmlFormId: 'visit',
  version: '1',
  formTitle: 'แบบติดตามสถานศึกษา',
  name: `บันทึก ${instanceId}`,
  state,
  xml: '<data/>',
  fileNames: [],
  language: null,
  page: 0,
  edits: null,
  createdAt: 1,
  changedAt: 2,
  finishedAt: state === 'draft' ? null : 2,
  attempts: 0,
  // No round of the queue takes it up while a page is looked at.
  nextTryAt: Number.MAX_SAFE_INTEGER,
  trouble: null,
  receipt: null,
  verdict: null,
  ...change,
});

export const aForm = (xmlFormId: string, title: string, lists: string[]): FormRow => ({
  profileId: '1:7',
  xmlFormId,
  version: '1',
  title,
  hash: 'h',
  xml: '<h:html/>',
  files: lists.map((list) => ({ name: `${list}.csv`, kind: 'list', hash: null, size: null, list })),
  current: true,
  fetchedAt: 0,
});

export const aRow = (list: string, uuid: string, label: string, data: Record<string, string>): EntityRow => ({
  profileId: '1:7',
  list,
  uuid,
  label,
  version: 1,
  data,
  branchId: 'b',
  trunkVersion: 1,
  localBy: null,
});

/** Empty the tablet. */
export async function wipe(): Promise<void> {
  const database = await openDb();
  for (const store of database.objectStoreNames) await database.clear(store);
  sessionStorage.clear();
  profile.value = null;
  profiles.value = [];
  locked.value = true;
}

export async function enrolled(...people: Profile[]): Promise<void> {
  for (const one of people) await putProfile(one);
  await loadSession();
}

export async function putRows(records: RecordRow[], forms: FormRow[] = [], rows: EntityRow[] = []): Promise<void> {
  const database = await openDb();
  for (const row of records) await database.put('records', row);
  for (const row of forms) await database.put('forms', row);
  for (const { trunkVersion, localBy, ...row } of rows) {
    if (trunkVersion !== null && localBy === null) await database.put('entities', row);
  }
}

export interface Shown {
  page: VueWrapper;
  router: Router;
}

let shown: Shown | null = null;

/** The application at an address. */
export async function show(address: string): Promise<Shown> {
  shown?.page.unmount();
  const router = makeRouter(createMemoryHistory());
  await router.push(address);
  await router.isReady();
  const page = mount(App, { global: { plugins: [router] }, attachTo: document.body });
  shown = { page, router };
  await settled();
  return shown;
}

export function hide(): void {
  shown?.page.unmount();
  shown = null;
}

/** Until the database has answered and the page no longer changes. */
export async function settled(): Promise<void> {
  let before = '';
  for (let quiet = 0; quiet < 12;) {
    await vi.dynamicImportSettled();
    await flushPromises();
    await new Promise((resolve) => setTimeout(resolve, 5));
    const now = document.body.innerHTML;
    quiet = now === before ? quiet + 1 : 0;
    before = now;
  }
}

/** Rules that can be told without a layout. */
export async function violations(): Promise<string[]> {
  const rules = { 'color-contrast': { enabled: false }, 'target-size': { enabled: false } };
  const found = await axe.run(document.body, { rules });
  return found.violations.map((one) => `${one.id}: ${one.nodes.map((node) => node.target.join(' ')).join(', ')}`);
}

/** An answer of the server. */
export const json = (body: unknown, status = 200) =>
  new Response(JSON.stringify(body), { status, headers: { 'Content-Type': 'application/json' } });

/** The answer to a sign-in. */
export const signedIn = (id: number, displayName: string) => ({
  token: `token-of-${id}`,
  actor: { id, displayName, kind: 'user' },
  workspaces: [
    { id: 1, name: 'สพป.ตัวอย่าง เขต 1' },
    { id: 2, name: 'พื้นที่ทดลอง' },
  ],
  serverTime: '2026-11-21T00:00:00Z',
  epoch: 'e1',
});

export const text = () => document.body.textContent?.replace(/\s+/g, ' ') ?? '';
export const button = (words: string) =>
  [...document.querySelectorAll<HTMLElement>('button, a')].find((one) =>
    one.textContent?.includes(words),
  ) as HTMLElement;

export async function type(selector: string, value: string): Promise<void> {
  const field = document.querySelector<HTMLInputElement>(selector) as HTMLInputElement;
  field.value = value;
  field.dispatchEvent(new Event('input'));
  await settled();
}

export async function press(words: string): Promise<void> {
  button(words).click();
  await settled();
}
