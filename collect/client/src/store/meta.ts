/** Single values: who this tablet is, what was chosen on it. */
import { openDb, toldOnce } from './db';

export async function getMeta<T>(key: string): Promise<T | undefined> {
  const row = await (await openDb()).get('meta', key);
  return row?.value as T | undefined;
}

export async function putMeta(key: string, value: unknown): Promise<void> {
  await (await openDb()).put('meta', { key, value });
}

/** The name by which servers know this installation; made once. */
export async function installId(): Promise<string> {
  const database = await openDb();
  const work = toldOnce(database.transaction('meta', 'readwrite'));
  const known = await work.store.get('installId');
  const id = (known?.value as string | undefined) ?? `web:${crypto.randomUUID()}`;
  if (known === undefined) await work.store.put({ key: 'installId', value: id });
  await work.done;
  return id;
}
