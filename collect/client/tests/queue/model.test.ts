import { beforeEach, expect, test, vi } from 'vitest';
import { freshBrowser, type Locks } from './browser';
import { FakeServer, type Fault, type Request } from './server';
import { finish, holds, openTab, person, photo, PROFILE, xmlOf, type Photo, type Tab } from './tab';

const HISTORIES = 40;
const STEPS = 30;

beforeEach(() => void vi.spyOn(console, 'error').mockImplementation(() => undefined));

/** Small generator with a seed, so that a history that fails can be played again. */
function dice(seed: number) {
  let value = seed;
  const next = () => {
    value = (value + 0x6d2b79f5) | 0;
    let mixed = Math.imul(value ^ (value >>> 15), 1 | value);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4294967296;
  };
  const below = (n: number) => Math.floor(next() * n);
  return { next, below, one: <T>(items: readonly T[]): T => items[below(items.length)] as T };
}

type Dice = ReturnType<typeof dice>;

const FAULTS: ((roll: Dice) => Fault)[] = [
  () => ({ kind: 'cutBefore' }),
  () => ({ kind: 'cutAfter' }),
  (roll) => ({ kind: 'cutWithin', bytes: roll.below(4000) }),
  () => ({ kind: 'hangBefore' }),
  () => ({ kind: 'hangAfter' }),
  (roll) => ({ kind: 'status', status: roll.one([500, 502, 503, 507, 429, 408, 413, 403]) }),
];

const RARE = ['signInGone', 'backup', 'restore', 'retry'] as const;
const STEPS_TO_TAKE = ['finish', 'finish', 'send', 'send', 'trouble', 'trouble', 'both', ...RARE] as const;

class History {
  readonly server = new FakeServer();
  readonly finished = new Map<string, Photo[]>();
  readonly story: string[] = [];
  readonly tabs: Tab[] = [];
  readonly roll: Dice;
  locks: Locks;
  #restore: (() => void) | null = null;
  #killed: () => void = () => undefined;

  constructor(seed: number) {
    this.roll = dice(seed);
    this.locks = freshBrowser(this.server);
  }

  async begin() {
    this.tabs.push(await openTab(), await openTab());
    await this.tab.profiles.putProfile(person());
  }

  get tab(): Tab {
    return this.tabs[0] as Tab;
  }

  async step() {
    const what = this.roll.one(STEPS_TO_TAKE);
    this.story.push(what);
    await this[what]();
    await this.nothingLost();
  }

  async finish() {
    const id = `uuid:${this.finished.size}`;
    const photos = Array.from({ length: this.roll.below(4) }, (_, i) =>
      photo(`${id.slice(5)}-${i}.jpg`, this.roll.below(6000), this.roll.below(1e6)),
    );
    if (this.roll.next() < 0.15) this.server.quarantine.set(id, 'unknown_version');
    await finish(this.roll.one(this.tabs), id, photos);
    this.finished.set(id, photos);
  }

  send = () => this.alive([this.roll.one(this.tabs).queue.sendNow()]);
  both = () => this.alive(this.tabs.map((tab) => tab.queue.sendNow()));

  /** Send while each request may go wrong. */
  async trouble() {
    const much = this.roll.next() * 0.6;
    this.server.fault = (request: Request) => {
      if (this.roll.next() > much) return null;
      const fault = this.roll.one(FAULTS)(this.roll);
      this.story.push(`  ${fault.kind} ${'status' in fault ? fault.status : ''} ${request.method} ${request.path}`);
      if (fault.kind.startsWith('hang')) this.#killed();
      return fault;
    };
    await this.both();
    this.server.fault = () => null;
  }

  async signInGone() {
    this.server.tokens.clear();
    await this.both();
    this.server.tokens.set('token-2', 1);
    await this.tab.profiles.patchProfile(PROFILE, { token: 'token-2', tokenWorks: true });
  }

  async backup() {
    this.#restore = this.server.backup();
  }

  async restore() {
    this.#restore?.();
    this.#restore = null;
    await this.alive([this.tab.pull(PROFILE)]);
  }

  async retry() {
    for (const row of await this.tab.records.recordsOf(PROFILE, ['needs_attention'])) {
      await this.tab.retry(row.instanceId);
    }
  }

  /** Wait for the tabs, or for their end: a request that hangs is the browser being killed. */
  async alive(work: Promise<unknown>[]) {
    let dead = false;
    const killed = new Promise<void>((resolve) => {
      this.#killed = () => {
        dead = true;
        resolve();
      };
    });
    await Promise.race([Promise.allSettled(work), killed]);
    if (!dead) return;
    this.server.fault = () => ({ kind: 'hangBefore' });
    await new Promise((resolve) => setTimeout(resolve, 5));
    this.server.fault = () => null;
    this.locks.killAll();
    this.tabs.splice(0, 2, await openTab(), await openTab());
  }

  /** What the server does not have whole is whole on the tablet. */
  async nothingLost() {
    for (const [id, photos] of this.finished) {
      if (holds(this.server, id, photos)) continue;
      const row = await this.tab.records.record(id);
      const files = await this.tab.files.filesOf(id);
      expect(row?.xml, this.tale).toBe(
        xmlOf(
          id,
          photos.map(({ name }) => name),
        ),
      );
      expect(files.map((file) => file.name).sort(), this.tale).toEqual(photos.map(({ name }) => name).sort());
    }
  }

  async end() {
    for (let round = 0; round < 6; round += 1) {
      await this.alive([this.tab.pull(PROFILE)]);
      await this.retry();
      await this.alive([this.tab.queue.sendNow()]);
    }
    for (const [id, photos] of this.finished) {
      const row = await this.tab.records.record(id);
      expect([id, row?.state, row?.trouble], this.tale).toEqual([id, 'complete', null]);
      expect(this.server.records.get(id)?.xml, this.tale).toBe(
        xmlOf(
          id,
          photos.map(({ name }) => name),
        ),
      );
      expect(this.server.records.get(id)?.filed, this.tale).toBe(1);
      expect(holds(this.server, id, photos), `${id}\n${this.tale}`).toBe(true);
      expect(
        (await this.tab.files.filesOf(id)).every((file) => file.confirmed),
        this.tale,
      ).toBe(true);
    }
    expect(this.server.records.size, this.tale).toBe(this.finished.size);
  }

  get tale(): string {
    return this.story.join('\n');
  }
}

test.each(Array.from({ length: HISTORIES }, (_, i) => i + 1))(
  'whatever happens in history %i, every finished record arrives once and whole',
  async (seed) => {
    const history = new History(seed);
    await history.begin();
    for (let n = 0; n < STEPS; n += 1) await history.step();
    await history.end();
  },
  30_000,
);
