/** What the pages know of an open record. Only `engine/` imports ODK's engine; its node types are handed on here. */
import type { ShallowRef } from 'vue';
import type {
  AnyNode,
  GroupNode,
  InputNode,
  ModelValueNode,
  NoteNode,
  RangeNode,
  RankNode,
  RepeatInstanceNode,
  RepeatRangeControlledNode,
  RepeatRangeUncontrolledNode,
  RootNode,
  SelectNode,
  TriggerNode,
  UploadNode,
} from '@getodk/xforms-engine';

export type {
  AnyNode,
  GroupNode,
  InputNode,
  ModelValueNode,
  NoteNode,
  RangeNode,
  RankNode,
  RepeatInstanceNode,
  RootNode,
  SelectNode,
  TriggerNode,
  UploadNode,
};
export type RepeatNode = RepeatRangeControlledNode | RepeatRangeUncontrolledNode;
/** Everything that shows a control. */
export type QuestionNode = InputNode | SelectNode | RankNode | RangeNode | UploadNode | TriggerNode | NoteNode;

export interface OpenInput {
  formXml: string;
  /** A list or media file of the form by name; null when it is not there. */
  attachment(name: string): Promise<Blob | null>;
  how: 'new' | 'restore' | 'edit';
  /** For `restore` and `edit`: the record's XML, and every file that it names. */
  instanceXml?: string;
  files?: File[];
  preload: { deviceID: string; username: string; email?: string; phoneNumber?: string };
  language: string | null;
}

export interface Snapshot {
  xml: string;
  instanceId: string;
  /** The text of `meta/instanceName`, or empty. */
  name: string;
  /** Files of the questions that are relevant now; their names are those in the XML. */
  files: File[];
}

export interface Finding {
  nodeId: string;
  reference: string;
  /** `answer`: a widget could not take what was typed. `file`: the record names a file that is not there. */
  condition: 'required' | 'constraint' | 'answer' | 'file';
  /** Empty when the form has no sentence of its own. */
  message: string;
}

export type Finished = { ok: true; snapshot: Snapshot } | { ok: false; findings: Finding[] };

export interface OpenRecord {
  readonly root: RootNode;
  readonly instanceId: string;
  /** Instance ID that is replaced, when this is an edit. */
  readonly edits: string | null;
  /** What the record is at this moment; cheap enough for autosave. */
  snapshot(): Snapshot;
  /** Sets the end time and checks everything. */
  finish(): Promise<Finished>;
  /** A widget tells of text it could not take (as a sentence), or that all is well (null). Unfinished as long as any stands. */
  reportProblem(nodeId: string, sentence: string | null): void;
  problemOf(nodeId: string): string | null;
  nodeById(nodeId: string): AnyNode | null;
  /** The languages of the form, empty for one without translations, and the one shown. */
  languages(): string[];
  setLanguage(language: string): void;
  /** Takes a file out of the record; used by `detach`. */
  takeOut(node: UploadNode): Promise<void>;
  /** Counts up when `root` has become another object. */
  readonly generation: ShallowRef<number>;
  /** The record is being opened anew: answers given now would be lost. */
  readonly busy: ShallowRef<boolean>;
  close(): void;
}
