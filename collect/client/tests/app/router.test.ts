import { createMemoryHistory } from 'vue-router';
import { beforeEach, describe, expect, it } from 'vitest';
import { linkOnce } from '@/app/enrolment';
import { lock, locked } from '@/app/session';
import { makeRouter } from '@/router';
import { enrolled, somebody, wipe } from './support';

const KEY = 'Aq3-long-key-of-an-app-user';
const PIN = { salt: 'aa', hash: 'bb', rounds: 1 };

async function arrive(address: string) {
  const router = makeRouter(createMemoryHistory());
  await router.push(address);
  return router.currentRoute.value;
}

beforeEach(wipe);

describe('the way to a page', () => {
  it.each(['/', '/records', '/places', '/settings', '/record/x'])(
    '%s leads to enrolment without a profile',
    async (to) => {
      expect((await arrive(to)).path).toBe('/enrol');
    },
  );

  it('is open for somebody alone without a PIN', async () => {
    await enrolled(somebody());
    expect((await arrive('/records?tab=sent')).fullPath).toBe('/records?tab=sent');
  });

  it('is open when the server no longer takes the sign-in: filling and the queue go on', async () => {
    await enrolled(somebody({ tokenWorks: false }));
    expect((await arrive('/records')).path).toBe('/records');
    expect((await arrive('/')).path).toBe('/');
  });

  it('leads to the lock when there is a PIN, and remembers where to go on', async () => {
    await enrolled(somebody({ pin: PIN }));
    const route = await arrive('/record/uuid:1');
    expect([route.path, route.query.next]).toEqual(['/lock', '/record/uuid:1']);
  });

  it('leads to the lock when several people use the tablet and this one has no PIN yet', async () => {
    await enrolled(somebody(), somebody({ id: '1:8', actorId: 8 }));
    expect((await arrive('/')).path).toBe('/lock');
  });

  it('lets somebody enrol while another person’s profile is locked', async () => {
    await enrolled(somebody({ pin: PIN }));
    lock();
    expect((await arrive('/enrol')).path).toBe('/enrol');
    expect(locked.value).toBe(true);
  });

  it('takes the key out of the address at once', async () => {
    const route = await arrive(`/enrol?w=3&k=${KEY}`);
    expect(route.fullPath).toBe('/enrol');
    expect(linkOnce()).toEqual({ workspaceId: 3, key: KEY });
  });

  it('ends at a page that says so when there is no such page', async () => {
    await enrolled(somebody());
    expect((await arrive('/nowhere/at/all')).meta.title).toBe('app.missingTitle');
  });
});
