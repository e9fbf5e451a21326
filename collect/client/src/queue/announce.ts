/** How this tablet stands, for the office's page of devices. */
import { filesOf } from '@/store/files';
import { currentForms } from '@/store/forms';
import { getMeta, installId, putMeta } from '@/store/meta';
import { allOf } from '@/store/outbox';
import type { Profile, RecordRow } from '@/store/types';
import { announce } from '@/wire/field';
import { WireError } from '@/wire/http';
import type { WireAnnouncement } from '@/wire/types';
import { noticeEpoch } from './epoch';
import { storage } from './space';
import { status } from './status';

const EVERY_MS = 10 * 60_000;

declare const __APP_VERSION__: string | undefined;

/** Tell the office, at most every ten minutes. A server that does not ask for it is fine too. */
export async function announceTablet(profile: Profile): Promise<void> {
  const key = `announcedAt:${profile.id}`;
  if (Math.abs(Date.now() - ((await getMeta<number>(key)) ?? 0)) < EVERY_MS) return;
  try {
    const caller = { token: profile.token, workspaceId: profile.workspaceId };
    const answer = await announce(caller, await installId(), await announcement(profile));
    await noticeEpoch(profile.id, answer.epoch);
  } catch (error) {
    if (!(error instanceof WireError && error.status === 404)) throw error;
  }
  await putMeta(key, Date.now());
}

async function announcement(profile: Profile): Promise<WireAnnouncement> {
  const drafts = await allOf(profile.id, ['draft']);
  const unsent = await allOf(profile.id, ['ready', 'sending', 'xml_sent', 'needs_attention']);
  const forms = await currentForms(profile.id);
  return {
    label: (await getMeta<string>('deviceLabel')) ?? '',
    appVersion: typeof __APP_VERSION__ === 'string' ? __APP_VERSION__ : 'dev',
    browser: navigator.userAgent,
    clock: new Date().toISOString(),
    forms: forms.map(({ xmlFormId, version }) => ({ xmlFormId, version })),
    drafts: drafts.length,
    unsentRecords: unsent.length,
    unsentBytes: await bytesOf(unsent),
    freeBytes: (await storage()).free,
    lastFailure: lastFailure(unsent),
  };
}

async function bytesOf(rows: RecordRow[]): Promise<number> {
  let bytes = 0;
  for (const row of rows) {
    const files = await filesOf(row.instanceId);
    bytes += row.xml.length + files.reduce((sum, file) => sum + (file.confirmed ? 0 : file.size), 0);
  }
  return bytes;
}

function lastFailure(rows: RecordRow[]): WireAnnouncement['lastFailure'] {
  const troubles = rows.flatMap((row) => (row.trouble ? [row.trouble] : [])).sort((a, b) => b.at - a.at);
  const newest = troubles[0];
  if (newest) return { at: new Date(newest.at).toISOString(), what: `${newest.code} ${newest.message}`.trim() };
  const error = status.value.lastError;
  return error ? { at: new Date().toISOString(), what: error.message } : null;
}
