/** Whether the server still has what it confirmed: after a backup was restored, and now and then. */
import { t } from '@/locales';
import { sha256 } from '@/store/files';
import { getMeta, putMeta } from '@/store/meta';
import { allOf, offerAgain } from '@/store/outbox';
import { getProfile, patchProfile } from '@/store/profiles';
import type { Profile, RecordRow } from '@/store/types';
import { held, MOST_HELD, type TheRecord } from '@/wire/field';

const DAY_MS = 86_400_000;
const DAILY = 50;

/** An answer carried the server's epoch: a new one means that a backup was restored, so everything is asked about. */
export async function noticeEpoch(profileId: string, epoch: string): Promise<void> {
  const profile = await getProfile(profileId);
  if (!profile || profile.epoch === epoch) return;
  if (profile.epoch !== null) await checkAll(profile);
  // Only now: a check that was cut short is made again.
  // The feed may tell of other things under the same cursor, so it is read from its beginning.
  await patchProfile(profileId, profile.epoch === null ? { epoch } : { epoch, cursor: '' });
}

async function checkAll(profile: Profile): Promise<void> {
  const rows = await confirmedOf(profile.id);
  // Of a quarantined record the server cannot say which files it should have: handing it in again tells what it lacks.
  const apart = (row: RecordRow) =>
    row.receipt?.outcome === 'quarantined' && row.fileNames.length > 0 && row.xml !== '';
  await askAbout(
    profile,
    rows.filter((row) => !apart(row)),
  );
  for (const { instanceId } of rows.filter(apart)) await offerAgain(instanceId, lost());
}

const lost = () => ({ code: 'lost_by_server', message: t('queue.lostByServer') });

/** Ask about the newest records once a day. */
export async function dailyCheck(profileId: string): Promise<void> {
  const key = `heldAskedAt:${profileId}`;
  const last = (await getMeta<number>(key)) ?? 0;
  const profile = await getProfile(profileId);
  if (!profile || Math.abs(Date.now() - last) < DAY_MS) return;
  const newest = (await confirmedOf(profileId)).sort((a, b) => (b.completedAt ?? 0) - (a.completedAt ?? 0));
  const epoch = await askAbout(profile, newest.slice(0, DAILY));
  await putMeta(key, Date.now());
  if (epoch !== null) await noticeEpoch(profileId, epoch);
}

/** What the server said it has, and what of it this tablet made. */
async function confirmedOf(profileId: string): Promise<RecordRow[]> {
  return (await allOf(profileId, ['complete', 'returned'])).filter((row) => row.receipt !== null);
}

async function askAbout(profile: Profile, rows: RecordRow[]): Promise<string | null> {
  let epoch: string | null = null;
  for (let from = 0; from < rows.length; from += MOST_HELD) {
    const records = await Promise.all(rows.slice(from, from + MOST_HELD).map(questionOf));
    const answer = await held({ token: profile.token, workspaceId: profile.workspaceId }, records);
    for (const instanceId of answer.missing) {
      await offerAgain(instanceId, lost());
    }
    ({ epoch } = answer);
  }
  return epoch;
}

async function questionOf(row: RecordRow): Promise<TheRecord> {
  const xmlSha256 = row.xml === '' ? (row.receipt?.xmlSha256 ?? '') : await sha256(new Blob([row.xml]));
  return { xmlFormId: row.xmlFormId, instanceId: row.instanceId, xmlSha256 };
}
