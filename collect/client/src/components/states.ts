/** What the states of a record are called and how they look, and how pages sum them up. */
import type { IconName } from '@/components/icons/paths';
import type { Key } from '@/locales';
import type { RecordState } from '@/store/types';

interface Look {
  label: Key;
  icon: IconName;
  badge: string;
}

export const STATES: Record<RecordState, Look> = {
  draft: { label: 'app.stateDraft', icon: 'draft', badge: '' },
  ready: { label: 'app.stateReady', icon: 'clock', badge: 'badge-accent' },
  sending: { label: 'app.stateSending', icon: 'send', badge: 'badge-accent' },
  xml_sent: { label: 'app.stateXmlSent', icon: 'send', badge: 'badge-accent' },
  complete: { label: 'app.stateComplete', icon: 'check', badge: 'badge-good' },
  needs_attention: { label: 'app.stateAttention', icon: 'alert', badge: 'badge-bad' },
  returned: { label: 'app.stateReturned', icon: 'returned', badge: 'badge-warn' },
};

export type Tab = 'drafts' | 'waiting' | 'sent' | 'attention' | 'returned';
export interface TabLook {
  tab: Tab;
  label: Key;
  icon: IconName;
  states: RecordState[];
  /** Shows that somebody should look, when there are any. */
  urgent: 'warn' | 'bad' | null;
}

export const TABS: TabLook[] = [
  { tab: 'drafts', label: 'app.tabDrafts', icon: 'draft', states: ['draft'], urgent: null },
  { tab: 'waiting', label: 'app.tabWaiting', icon: 'send', states: ['ready', 'sending', 'xml_sent'], urgent: null },
  { tab: 'sent', label: 'app.tabSent', icon: 'check', states: ['complete'], urgent: null },
  { tab: 'attention', label: 'app.tabAttention', icon: 'alert', states: ['needs_attention'], urgent: 'bad' },
  { tab: 'returned', label: 'app.tabReturned', icon: 'returned', states: ['returned'], urgent: 'warn' },
];

/** The tiles of the home page: what waits apart from what is on its way. */
export const TILES: TabLook[] = TABS.flatMap((one) =>
  one.tab === 'waiting'
    ? [
        { ...one, label: 'app.stateReady', icon: 'clock', states: ['ready'] },
        { ...one, label: 'app.stateSending', states: ['sending', 'xml_sent'] },
      ]
    : [one],
);

export type Counts = Record<RecordState, number>;
export const NO_COUNTS: Counts = {
  draft: 0,
  ready: 0,
  sending: 0,
  xml_sent: 0,
  complete: 0,
  needs_attention: 0,
  returned: 0,
};

export const countOf = (tab: TabLook, counts: Counts): number =>
  tab.states.reduce((sum, state) => sum + (counts[state] ?? 0), 0);

/** Finished work that the office does not hold yet. */
export const unsent = (counts: Counts): number =>
  counts.ready + counts.sending + counts.xml_sent + counts.needs_attention;
