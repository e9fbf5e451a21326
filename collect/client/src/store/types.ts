/** Rows of the tablet's own database. Instants are milliseconds since 1970 by the tablet's clock unless said otherwise. */
import type { WireFormFile, WireReceipt } from '@/wire/types';

export interface Profile {
  id: string;
  workspaceId: number;
  workspaceName: string;
  actorId: number;
  displayName: string;
  /** Properties that the office gave this person, such as `officer` or `school`. */
  properties: Record<string, string>;
  /** Empty after signing out. */
  token: string;
  /** False after the server refused the token: filling goes on, sending waits for a sign-in. */
  tokenWorks: boolean;
  /** E-mail address of an account; null for someone who came by a link. */
  email: string | null;
  pin: { salt: string; hash: string; rounds: number } | null;
  cursor: string;
  epoch: string | null;
  lastContactAt: number | null;
}

export interface FormRow {
  profileId: string;
  xmlFormId: string;
  version: string;
  title: string;
  hash: string;
  xml: string;
  files: WireFormFile[];
  /** New records begin with this version. Others stay while a record uses them. */
  current: boolean;
  fetchedAt: number;
}

export interface MediaRow {
  hash: string;
  blob: Blob;
}

export interface ListRow {
  profileId: string;
  name: string;
  properties: string[];
  /** Another number whenever a row of the list changed. */
  stamp: number;
}

/** A row of a list as the server has it. */
export interface ServerEntityRow {
  profileId: string;
  list: string;
  uuid: string;
  label: string;
  version: number;
  data: Record<string, string>;
  /** Names the line of changes that this tablet makes upon this version (getodk.github.io/xforms-spec/entities). */
  branchId: string;
}

/** A row as forms and pages see it: the server's, with what unsent records of this tablet say. */
export interface EntityRow extends ServerEntityRow {
  /** The server's version below the changes of this tablet; null for a row that the server does not know yet. */
  trunkVersion: number | null;
  /** Instance ID of the last record of this tablet that made or changed the row; null as the server has it. */
  localBy: string | null;
}

/** What a finished record of this tablet does to a row; it lies over the server's row until that has it too. */
export interface OverlayRow {
  profileId: string;
  list: string;
  uuid: string;
  instanceId: string;
  create: boolean;
  label: string | null;
  data: Record<string, string>;
  branchId: string;
  at: number;
}

export type RecordState = 'draft' | 'ready' | 'sending' | 'xml_sent' | 'complete' | 'needs_attention' | 'returned';

export interface RecordRow {
  instanceId: string;
  profileId: string;
  workspaceId: number;
  xmlFormId: string;
  version: string;
  formTitle: string;
  /** Its `meta/instanceName`, else empty. */
  name: string;
  state: RecordState;
  xml: string;
  /** Names of the files that the XML names; each is in `files`. */
  fileNames: string[];
  language: string | null;
  page: number;
  /** Instance ID that this one replaces (deprecatedID); null for a new record. */
  edits: string | null;
  /** Instance ID of the finished record that corrects this one, which is shown in its place. */
  replacedBy?: string;
  createdAt: number;
  changedAt: number;
  finishedAt: number | null;
  attempts: number;
  nextTryAt: number;
  /** Why it needs attention, or what went wrong the last time. */
  trouble: { code: string; message: string; at: number } | null;
  receipt: WireReceipt | null;
  completedAt?: number;
  /** XML and files were given up to make room, long after the server had them. */
  emptied?: boolean;
  verdict: { state: string; comment: string; reviewer: string; at: string } | null;
}

export interface FileRow {
  instanceId: string;
  name: string;
  blob: Blob;
  size: number;
  type: string;
  sha256: string;
  /** What the picture says of itself, or why it says nothing. */
  taken: { at: string | null; position: string | null; note: string } | null;
  thumbnail: Blob | null;
  /** Address of the unfinished upload, and how much the server has of it. */
  uploadUrl: string | null;
  uploaded: number;
  /** The receipt that lists this hash has come. */
  confirmed: boolean;
}

/**
 * What became known of a file's sending after it was kept. It has a row of its own: a row that is written again is written
 * with all its bytes, and browsers keep the old ones as long as a page may still look at them.
 */
export type SendingRow = Pick<FileRow, 'instanceId' | 'name'> & Partial<Sending>;
export type Sending = Pick<FileRow, 'uploadUrl' | 'uploaded' | 'confirmed'>;
