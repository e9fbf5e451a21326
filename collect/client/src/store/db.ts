/** The tablet's own database. Its schema only grows: an update of the client never touches a record or a file. */
import { openDB, type DBSchema, type IDBPDatabase } from 'idb';
import type {
  FileRow,
  FormRow,
  ListRow,
  MediaRow,
  OverlayRow,
  Profile,
  RecordRow,
  SendingRow,
  ServerEntityRow,
} from './types';

export interface Schema extends DBSchema {
  profiles: { key: string; value: Profile };
  forms: { key: [string, string, string]; value: FormRow };
  media: { key: string; value: MediaRow };
  lists: { key: [string, string]; value: ListRow };
  entities: { key: [string, string, string]; value: ServerEntityRow };
  overlays: { key: [string, string, string, string]; value: OverlayRow; indexes: { byInstance: string } };
  records: { key: string; value: RecordRow; indexes: { byProfile: string } };
  files: { key: [string, string]; value: FileRow };
  sending: { key: [string, string]; value: SendingRow };
  meta: { key: string; value: { key: string; value: unknown } };
}

export type Database = IDBPDatabase<Schema>;

/** A store inside a transaction that may span others. */
export interface Rows<Row, Key> {
  get(key: Key): Promise<Row | undefined>;
  put(row: Row): Promise<unknown>;
}

const NAME = 'tidtam';
const VERSION = 2;

let opened: Promise<Database> | null = null;

/** The database; opened once for a page. */
export function openDb(): Promise<Database> {
  opened ??= openDB<Schema>(NAME, VERSION, {
    upgrade: (database, from) => {
      if (from < 1) firstTables(database);
      if (from < 2) database.createObjectStore('sending', { keyPath: ['instanceId', 'name'] });
    },
    // A newer client waits in another tab: let it.
    blocking: () => void closeDb(),
    terminated: () => {
      opened = null;
    },
  }).catch((error: unknown) => {
    opened = null;
    throw error;
  });
  return opened;
}

export async function closeDb(): Promise<void> {
  const database = await opened;
  opened = null;
  database?.close();
}

/**
 * A transaction whose failure is told where it is noticed: by the request that failed, or by `done`. Without this a
 * failed request would be told twice, the second time to nobody.
 */
export function toldOnce<Work extends { readonly done: Promise<void> }>(work: Work): Work {
  work.done.catch(() => undefined);
  return work;
}

/** Everything that belongs to one profile, or to one list of it. */
export const ofProfile = (...begin: string[]): IDBKeyRange => IDBKeyRange.bound(begin, [...begin, []]);

function firstTables(database: Database): void {
  database.createObjectStore('profiles', { keyPath: 'id' });
  database.createObjectStore('forms', { keyPath: ['profileId', 'xmlFormId', 'version'] });
  database.createObjectStore('media', { keyPath: 'hash' });
  database.createObjectStore('lists', { keyPath: ['profileId', 'name'] });
  database.createObjectStore('entities', { keyPath: ['profileId', 'list', 'uuid'] });
  database
    .createObjectStore('overlays', { keyPath: ['profileId', 'list', 'uuid', 'instanceId'] })
    .createIndex('byInstance', 'instanceId');
  database.createObjectStore('records', { keyPath: 'instanceId' }).createIndex('byProfile', 'profileId');
  database.createObjectStore('files', { keyPath: ['instanceId', 'name'] });
  database.createObjectStore('meta', { keyPath: 'key' });
}
