/** News from the office: forms with their media, lists, verdicts. A form counts when everything of it is on the tablet. */
import { applyForms, applyPage } from '@/store/feed';
import { currentForms, formVersion, hasMedia, putMedia } from '@/store/forms';
import { getMeta, putMeta } from '@/store/meta';
import { getProfile, patchProfile } from '@/store/profiles';
import type { FormRow, Profile } from '@/store/types';
import { changes, formMedia, formXml, type Caller } from '@/wire/field';
import { WireError } from '@/wire/http';
import type { WireChanges, WireForm } from '@/wire/types';
import { announceTablet } from './announce';
import { dailyCheck, noticeEpoch } from './epoch';
import { alone } from './locks';
import { md5 } from './md5';
import { fetchReturned } from './returned';
import { signInGone } from './run';
import { report } from './status';

class DamagedFormError extends Error {
  override name = 'DamagedFormError';
}

/** Pages are asked for until there are no more; a server that never ends is left after this many. */
const MOST_PAGES = 1000;

/** Fetch what changed since the last time. @throws WireError */
export async function pull(profileId: string): Promise<void> {
  const profile = await getProfile(profileId);
  if (!profile || !profile.tokenWorks || profile.token === '') return;
  try {
    await alone(() => fetchPages(profile), 'tidtam-pull');
    await dailyCheck(profileId);
    await fetchReturned(profileId);
  } catch (error) {
    await told(profile, error);
    throw error;
  }
  await announceTablet(profile).catch((error: unknown) => report({ lastError: error as Error }));
}

async function fetchPages(profile: Profile): Promise<void> {
  const begunAt = Date.now();
  const caller = { token: profile.token, workspaceId: profile.workspaceId };
  await fetchWaiting(profile.id, caller);
  for (let page = 0; page < MOST_PAGES; page += 1) {
    const cursor = (await getProfile(profile.id))?.cursor ?? '';
    const news = await changes(caller, cursor);
    report({ offline: false, lastContactAt: Date.now() });
    if (news === null) {
      await patchProfile(profile.id, { lastContactAt: Date.now() });
      return;
    }
    const forms = news.forms && (await fetchForms(profile.id, caller, news.forms));
    await applyPage(profile.id, news, forms, begunAt);
    await keepClock(news);
    await noticeEpoch(profile.id, news.epoch);
    if (!news.more) return;
  }
}

const waitingKey = (profileId: string): string => `formsWaiting:${profileId}`;

/** Try again to get forms that the server told of and did not give. */
async function fetchWaiting(profileId: string, caller: Caller): Promise<void> {
  const waiting = await getMeta<WireForm[] | null>(waitingKey(profileId));
  if (waiting) await applyForms(profileId, await fetchForms(profileId, caller, waiting));
}

/**
 * Everything of every form, before any of it counts. One that the server refuses stays in the version that is here, and is
 * asked for again the next time, so that it keeps no list and no verdict from coming.
 */
async function fetchForms(profileId: string, caller: Caller, forms: WireForm[]): Promise<FormRow[]> {
  const rows: FormRow[] = [];
  let refused = false;
  const before = await currentForms(profileId);
  for (const form of forms) {
    try {
      rows.push(await fetchForm(profileId, caller, form));
    } catch (error) {
      if (!isRefusal(error)) throw error;
      refused = true;
      rows.push(...before.filter((row) => row.xmlFormId === form.xmlFormId));
    }
  }
  // Before the page counts: a tablet that is killed in between asks for them again.
  await putMeta(waitingKey(profileId), refused ? forms : null);
  return rows;
}

/** The server was reached and knows us; this one thing it does not give, or not as it is. */
const isRefusal = (error: unknown): boolean =>
  error instanceof DamagedFormError || (error instanceof WireError && !error.notReached && !error.signInNeeded);

async function fetchForm(profileId: string, caller: Caller, form: WireForm): Promise<FormRow> {
  const { xmlFormId, version, title, hash, files } = form;
  const known = await formVersion(profileId, xmlFormId, version);
  const same = known !== null && known.hash === hash && known.xml !== '';
  const xml = same ? known.xml : await formXml(caller, xmlFormId, version);
  // Reading the answer as text takes the mark off with which some editors begin a file.
  if (!same)
    expectHash(
      [xml, `\ufeff${xml}`].map((text) => new TextEncoder().encode(text)),
      hash,
    );
  for (const file of files) {
    if (file.kind !== 'media' || file.hash === null || (await hasMedia(file.hash))) continue;
    const blob = await formMedia(caller, xmlFormId, version, file.name);
    expectHash([new Uint8Array(await blob.arrayBuffer())], file.hash);
    await putMedia(file.hash, blob);
  }
  const fetchedAt = same ? known.fetchedAt : Date.now();
  return { profileId, xmlFormId, version, title, hash, xml, files, current: true, fetchedAt };
}

/** A school's portal answers in the server's place with a page of its own: that must not become a form. */
function expectHash(readings: Uint8Array[], hash: string): void {
  if (readings.some((bytes) => md5(bytes) === hash)) return;
  throw new DamagedFormError('A form came otherwise than the server has it.');
}

/** How far the tablet's clock is off; shown to the office, never corrected in records. */
async function keepClock(news: WireChanges): Promise<void> {
  const server = Date.parse(news.serverTime);
  if (!Number.isNaN(server)) await putMeta('clockOffset', server - Date.now());
}

async function told(profile: Profile, error: unknown): Promise<void> {
  if (!(error instanceof WireError)) return;
  report({ offline: error.notReached, lastError: error });
  if (!error.signInNeeded) return;
  report({ paused: 'auth' });
  await signInGone(profile);
}
