/** What goes over the wire to and from Tidtam's server. Instants are ISO 8601 in UTC, sizes bytes, hashes hex. */

export interface WireActor {
  id: number;
  displayName: string;
  kind: 'user' | 'app_user';
}

export interface WireWorkspace {
  id: number;
  name: string;
}

/** `POST /v1/field/sign-ins` {email, password, installId} and `GET /v1/field/me`; a token comes only with the first. */
export interface WireSignIn {
  token?: string;
  actor: WireActor;
  workspaces: WireWorkspace[];
  serverTime: string;
  epoch: string;
}

export interface WireFormFile {
  name: string;
  kind: 'media' | 'list';
  /** Of a media file: MD5 of its content. Null for a list: its rows come in the feed under `list`. */
  hash: string | null;
  size: number | null;
  list: string | null;
}

export interface WireForm {
  xmlFormId: string;
  version: string;
  title: string;
  /** MD5 of the XForm. */
  hash: string;
  files: WireFormFile[];
}

export interface WireEntity {
  uuid: string;
  label: string;
  version: number;
  data: Record<string, string>;
}

export interface WireListChange {
  name: string;
  /** All rows are here: forget those of before. */
  whole: boolean;
  properties: string[];
  entities: WireEntity[];
  deleted: string[];
}

/** What the office decided on a record of this person. */
export interface WireVerdict {
  xmlFormId: string;
  /** Of the version that stands now. */
  instanceId: string;
  reviewState: 'received' | 'edited' | 'hasIssues' | 'rejected' | 'approved';
  comment: string;
  reviewer: string;
  at: string;
}

/** `GET /v1/projects/{id}/changes?since=` */
export interface WireChanges {
  cursor: string;
  /** Another page waits: ask again at once with `cursor`. */
  more: boolean;
  epoch: string;
  serverTime: string;
  person: { displayName: string; properties: Record<string, string> };
  /** Every open form, when anything about them changed; else null. */
  forms: WireForm[] | null;
  lists: WireListChange[];
  /** Names of lists this person no longer gets. */
  listsGone: string[];
  verdicts: WireVerdict[];
}

export interface WireHeldFile {
  name: string;
  sha256: string | null;
  size: number | null;
  expected: boolean;
}

/** What the server holds of one instance. */
export interface WireReceipt {
  xmlFormId: string;
  instanceId: string;
  outcome: 'stored' | 'repeated' | 'edited' | 'quarantined';
  /** Why it was quarantined: conflict, edit_conflict, waiting_for_original, unknown_version, form_closed, deleted. */
  reason: string;
  xmlSha256: string;
  receivedAt: string;
  epoch: string;
  files: WireHeldFile[];
  missing: string[];
  /** The XML and every file that it names are here. */
  complete: boolean;
}

/** `PUT /v1/projects/{id}/devices/{installId}` */
export interface WireAnnouncement {
  label: string;
  appVersion: string;
  browser: string;
  clock: string;
  forms: { xmlFormId: string; version: string }[];
  drafts: number;
  unsentRecords: number;
  unsentBytes: number;
  freeBytes: number | null;
  lastFailure: { at: string; what: string } | null;
}

export interface WireProblem {
  code: number | string;
  message: string;
  details?: unknown;
}
