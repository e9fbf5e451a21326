/** Lists: the server's rows with what finished records of this tablet say of them. */
import { ofProfile, openDb, type Rows } from './db';
import type { EntityRow, ListRow, OverlayRow, ServerEntityRow } from './types';

export async function listNames(profileId: string): Promise<string[]> {
  return (await (await openDb()).getAll('lists', ofProfile(profileId))).map((row) => row.name);
}

/** Every row of a list as forms and pages see it. */
export async function rowsOf(profileId: string, list: string): Promise<EntityRow[]> {
  const database = await openDb();
  const work = database.transaction(['entities', 'overlays']);
  const [rows, overlays] = await Promise.all([
    work.objectStore('entities').getAll(ofProfile(profileId, list)),
    work.objectStore('overlays').getAll(ofProfile(profileId, list)),
  ]);
  return merged(rows, overlays);
}

/** The rows with the changes of this tablet laid over them, oldest first. */
export function merged(rows: ServerEntityRow[], overlays: OverlayRow[]): EntityRow[] {
  const found = new Map<string, EntityRow>();
  for (const row of rows) found.set(row.uuid, { ...row, trunkVersion: row.version, localBy: null });
  for (const overlay of [...overlays].sort((a, b) => a.at - b.at)) {
    const below = found.get(overlay.uuid);
    if (below !== undefined) found.set(overlay.uuid, changedBy(below, overlay));
    else if (overlay.create) found.set(overlay.uuid, madeBy(overlay));
  }
  return [...found.values()];
}

function changedBy(row: EntityRow, overlay: OverlayRow): EntityRow {
  // The record that made a row which the server has by now says nothing new about it.
  const version = overlay.create ? row.version : row.version + 1;
  const label = overlay.label || row.label;
  return { ...row, version, label, data: { ...row.data, ...overlay.data }, localBy: overlay.instanceId };
}

function madeBy({ profileId, list, uuid, label, data, branchId, instanceId }: OverlayRow): EntityRow {
  return {
    profileId,
    list,
    uuid,
    label: label || uuid,
    version: 1,
    data,
    branchId,
    trunkVersion: null,
    localBy: instanceId,
  };
}

const kept = new Map<string, { stamp: number; csv: Blob }>();

/** A list as the file that forms read; null when this person does not have it. Made anew only when a row changed. */
export async function csvOf(profileId: string, list: string): Promise<Blob | null> {
  const row = await (await openDb()).get('lists', [profileId, list]);
  if (row === undefined) return null;
  const key = JSON.stringify([profileId, list]);
  const known = kept.get(key);
  if (known?.stamp === row.stamp) return known.csv;
  const csv = asCsv(row.properties, await rowsOf(profileId, list));
  kept.set(key, { stamp: row.stamp, csv });
  return csv;
}

const cell = (text: string): string => (/[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text);

function asCsv(properties: string[], rows: EntityRow[]): Blob {
  const lines = [['name', 'label', '__version', '__trunkVersion', '__branchId', ...properties]];
  for (const { uuid, label, version, trunkVersion, branchId, data } of rows) {
    const system = [uuid, label, String(version), trunkVersion === null ? '' : String(trunkVersion), branchId];
    lines.push([...system, ...properties.map((name) => data[name] ?? '')]);
  }
  return new Blob([lines.map((line) => line.map(cell).join(',')).join('\r\n'), '\r\n'], { type: 'text/csv' });
}

/** Mark a list as changed. */
export async function touchList(
  lists: Rows<ListRow, [string, string]>,
  profileId: string,
  name: string,
  properties?: string[],
): Promise<void> {
  const known: ListRow | undefined = await lists.get([profileId, name]);
  if (known === undefined && properties === undefined) return;
  await lists.put({
    profileId,
    name,
    properties: properties ?? known?.properties ?? [],
    stamp: (known?.stamp ?? 0) + 1,
  });
}
