import { beforeEach, expect, test, vi } from 'vitest';
import { freshBrowser } from './browser';
import { FakeServer, type Fault, type Request } from './server';
import { finish, holds, openTab, person, photo, PROFILE, stateOf, type Tab } from './tab';
import { until } from '../until';

let server: FakeServer;
let tab: Tab;

beforeEach(async () => {
  server = new FakeServer();
  freshBrowser(server);
  tab = await openTab();
  await tab.profiles.putProfile(person());
});

/** Let something go wrong with the first request that fits. */
function once(fits: (request: Request) => boolean, fault: Fault) {
  let done = false;
  server.fault = (request) => {
    if (done || !fits(request)) return null;
    done = true;
    return fault;
  };
}

const refuse = (status: number, retryAfter?: string): Fault => {
  return retryAfter === undefined ? { kind: 'status', status } : { kind: 'status', status, retryAfter };
};
const handsIn = ({ method, path }: Request) => method === 'POST' && path.includes('/field/records?');
const row = (id: string) => tab.records.record(id);
const photos = [photo('a.jpg', 3000, 1), photo('ข.jpg', 0), photo('c.jpg', 5000, 3)];

test('a finished record goes with its files and is complete when the receipt says so', async () => {
  await finish(tab, 'uuid:1', photos);
  await tab.queue.sendNow();
  expect(holds(server, 'uuid:1', photos)).toBe(true);
  expect(await row('uuid:1')).toMatchObject({ state: 'complete', trouble: null, attempts: 0 });
  expect((await tab.files.filesOf('uuid:1')).map((file) => file.confirmed)).toEqual([true, true, true]);
  expect(server.log[0]).toMatch(/^POST .*field\/records\?deviceID=web/);
});

test('the state is written before the network is used', async () => {
  await finish(tab, 'uuid:1', []);
  let seen: unknown;
  const send = server.fetch;
  vi.stubGlobal('fetch', async (path: string, init?: RequestInit) => {
    seen ??= await stateOf(tab, 'uuid:1');
    return send(path, init);
  });
  await tab.queue.sendNow();
  expect(seen).toBe('sending');
});

test('a disk without room for the address of an upload ends the try at once, and all goes when there is some', async () => {
  await finish(tab, 'uuid:1', photos);
  const put = IDBObjectStore.prototype.put;
  const full = vi.spyOn(IDBObjectStore.prototype, 'put').mockImplementation(function (
    this: IDBObjectStore,
    value,
    key,
  ) {
    if ((value as { uploadUrl?: string }).uploadUrl) throw new DOMException('', 'QuotaExceededError');
    return put.call(this, value, key);
  });
  await tab.queue.sendNow();
  expect(await stateOf(tab, 'uuid:1')).toBe('xml_sent');
  expect(full).toHaveBeenCalled();
  full.mockRestore();
  await tab.queue.sendNow();
  expect(holds(server, 'uuid:1', photos)).toBe(true);
});

test('a record whose sending was cut off with the tab is sent by the next tab', async () => {
  await finish(tab, 'uuid:1', photos);
  server.fault = () => ({ kind: 'hangAfter' });
  void tab.queue.sendNow();
  await until(() => expect(server.log.length).toBeGreaterThan(0));
  server.fault = () => null;
  Object.defineProperty(navigator, 'locks', { value: undefined, configurable: true });
  tab = await openTab();
  await tab.queue.sendNow();
  expect(holds(server, 'uuid:1', photos)).toBe(true);
  expect(server.records.get('uuid:1')?.filed).toBe(1);
});

test.each([500, 502, 503, 507, 408, 429])('after %i a record waits and is sent later', async (status) => {
  await finish(tab, 'uuid:1', photos);
  once(handsIn, refuse(status));
  await tab.queue.sendNow();
  const waiting = await row('uuid:1');
  expect(waiting).toMatchObject({ state: 'ready', attempts: 1 });
  expect(waiting?.nextTryAt).toBeGreaterThan(Date.now());
  await tab.queue.sendNow();
  expect(await stateOf(tab, 'uuid:1')).toBe('complete');
});

test('the wait that the server asks for is kept, also when a proxy asks for it', async () => {
  await finish(tab, 'uuid:1', []);
  once(handsIn, refuse(503, '120'));
  await tab.queue.sendNow();
  expect((await row('uuid:1'))?.nextTryAt).toBeGreaterThan(Date.now() + 110_000);
});

test('a record that the server cannot digest does not keep the others from going', async () => {
  await finish(tab, 'uuid:1', []);
  await finish(tab, 'uuid:2', photos);
  let calls = 0;
  server.fault = (request) => {
    const bad = handsIn(request) && new TextDecoder().decode(request.body).includes('uuid:1');
    return bad && (calls += 1) ? refuse(500) : null;
  };
  await tab.queue.sendNow();
  expect(await stateOf(tab, 'uuid:2')).toBe('complete');
  expect(await stateOf(tab, 'uuid:1')).toBe('ready');
});

test.each([400, 403, 404, 413])('after %i a person is told, and a retry sends the record', async (status) => {
  await finish(tab, 'uuid:1', photos);
  await finish(tab, 'uuid:2', []);
  once(handsIn, refuse(status));
  await tab.queue.sendNow();
  expect(await row('uuid:1')).toMatchObject({ state: 'needs_attention', trouble: { code: String(status) } });
  expect(await stateOf(tab, 'uuid:2')).toBe('complete');
  await tab.retry('uuid:1');
  await tab.queue.sendNow();
  expect(holds(server, 'uuid:1', photos)).toBe(true);
});

test('after 401 the queue pauses with everything kept, and goes on after the sign-in', async () => {
  await finish(tab, 'uuid:1', photos);
  server.tokens.clear();
  await tab.queue.sendNow();
  expect(tab.queue.status.value.paused).toBe('auth');
  expect((await tab.profiles.getProfile(PROFILE))?.tokenWorks).toBe(false);
  expect(await stateOf(tab, 'uuid:1')).toBe('ready');
  server.tokens.set('token-2', 1);
  await tab.profiles.patchProfile(PROFILE, { token: 'token-2', tokenWorks: true });
  await tab.queue.sendNow();
  expect(tab.queue.status.value.paused).toBe(null);
  expect(holds(server, 'uuid:1', photos)).toBe(true);
});

test('a pause ends with the sign-in also when nothing waits to be sent', async () => {
  server.tokens.clear();
  await expect(tab.pull(PROFILE)).rejects.toThrow();
  expect(tab.queue.status.value.paused).toBe('auth');
  await tab.profiles.patchProfile(PROFILE, { tokenWorks: true });
  await tab.queue.sendNow();
  expect(tab.queue.status.value.paused).toBe(null);
});

test("a colleague's records go with the colleague's sign-in only", async () => {
  await tab.profiles.putProfile(person({ id: '1:2', actorId: 2, token: 'token-b' }));
  await finish(tab, 'uuid:b', [], { profileId: '1:2' });
  const used: (string | null)[] = [];
  server.fault = (request) => (used.push(request.headers.get('Authorization')), null);
  await tab.queue.sendNow();
  expect(new Set(used)).toEqual(new Set(['Bearer token-b']));
  expect(await stateOf(tab, 'uuid:b')).toBe('ready');
});

test('a quarantined record counts as received, with the reason, and its files are sent', async () => {
  server.quarantine.set('uuid:1', 'form_closed');
  await finish(tab, 'uuid:1', photos);
  await tab.queue.sendNow();
  expect(await row('uuid:1')).toMatchObject({ state: 'complete', receipt: { reason: 'form_closed' } });
  expect(holds(server, 'uuid:1', photos)).toBe(true);
});

test('a file on a link that breaks again and again costs at most a tenth more', async () => {
  const large = [photo('film.mp4', 12_000_000)];
  await finish(tab, 'uuid:1', large);
  let pieces = 0;
  server.fault = (request) => {
    if (request.method !== 'PATCH') return null;
    pieces += 1;
    return pieces % 3 === 0 ? { kind: 'cutWithin', bytes: 700_000 } : null;
  };
  for (let n = 0; n < 30 && !holds(server, 'uuid:1', large); n += 1) await tab.queue.sendNow();
  expect(holds(server, 'uuid:1', large)).toBe(true);
  expect(server.fileBytes).toBeLessThanOrEqual(12_000_000 * 1.1);
  expect([...server.uploads.keys()]).toHaveLength(1);
});

test('an upload that the server has forgotten begins anew', async () => {
  await finish(tab, 'uuid:1', photos);
  once(({ method }) => method === 'PATCH', { kind: 'cutWithin', bytes: 1000 });
  await tab.queue.sendNow();
  server.uploads.clear();
  await tab.queue.sendNow();
  expect(holds(server, 'uuid:1', photos)).toBe(true);
});

test('a file is not confirmed by another one of the same name', async () => {
  await finish(tab, 'uuid:1', photos);
  await tab.queue.sendNow();
  const other = new FakeServer();
  await finish(tab, 'uuid:2', photos);
  const receipt = (await row('uuid:1'))?.receipt;
  if (!receipt) throw new Error('no receipt');
  const files = receipt.files.map((file) => ({ ...file, sha256: '0'.repeat(64) }));
  const { whole, left } = await tab.outbox.settle('uuid:2', { ...receipt, files });
  expect([whole, left.length, other.records.size]).toEqual([false, 3, 0]);
});

test('what is finished while a round runs is sent before "send now" says done', async () => {
  await finish(tab, 'uuid:1', photos);
  const first = tab.queue.sendNow();
  await until(() => expect(server.log.length).toBeGreaterThan(0));
  await finish(tab, 'uuid:2', photos);
  await tab.queue.sendNow();
  expect(await stateOf(tab, 'uuid:2')).toBe('complete');
  await first;
});

test('two tabs that send at once hand in every record once', async () => {
  const second = await openTab();
  for (let i = 0; i < 5; i += 1) await finish(tab, `uuid:${i}`, [photo(`${i}.jpg`, 2000, i + 1)]);
  await Promise.all([tab.queue.sendNow(), second.queue.sendNow()]);
  expect(server.log.filter((line) => line.startsWith('POST') && line.includes('records?'))).toHaveLength(5);
});

test('records that a restored server lacks are offered again, or said to be lost when their content is gone', async () => {
  const restore = server.backup();
  await finish(tab, 'uuid:1', photos);
  await finish(tab, 'uuid:2', []);
  await tab.queue.sendNow();
  await tab.outbox.empty('uuid:2');
  restore();
  await tab.pull(PROFILE);
  expect(await row('uuid:2')).toMatchObject({ state: 'needs_attention', trouble: { code: 'lost_by_server' } });
  await tab.queue.sendNow();
  expect(holds(server, 'uuid:1', photos)).toBe(true);
});

test('files of a quarantined record that a restored server lacks are sent again', async () => {
  server.quarantine.set('uuid:1', 'unknown_version');
  await finish(tab, 'uuid:1', photos);
  once(({ path }) => path.endsWith('/files'), refuse(500));
  await tab.queue.sendNow();
  const restore = server.backup();
  await tab.queue.sendNow();
  expect(await stateOf(tab, 'uuid:1')).toBe('complete');
  restore();
  await tab.pull(PROFILE);
  await tab.queue.sendNow();
  expect(holds(server, 'uuid:1', photos)).toBe(true);
});
