import { beforeEach, describe, expect, it } from 'vitest';
import { admit, linkOnce, readLink, takeLink } from '@/app/enrolment';
import { leave } from '@/app/leave';
import { loadSession, profile } from '@/app/session';
import { listProfiles } from '@/store/profiles';
import { recordsOf } from '@/store/records';
import type { WireSignIn } from '@/wire/types';
import { aRecord, enrolled, putRows, somebody, wipe } from './support';

const KEY = 'Aq3-long-key-of-an-app-user';
const answer = (id: number, name = 'พิมพ์ชนก ใจดี'): WireSignIn => ({
  actor: { id, displayName: name, kind: 'user' },
  workspaces: [{ id: 1, name: 'สพป.ตัวอย่าง เขต 1' }],
  serverTime: '2026-11-21T00:00:00Z',
  epoch: 'e1',
});
const WORKSPACE = { id: 1, name: 'สพป.ตัวอย่าง เขต 1' };

beforeEach(wipe);

describe('a link', () => {
  it('is read from the whole address or its end', () => {
    const wanted = { workspaceId: 3, key: KEY };
    expect(readLink(`https://office.example/app/#/enrol?w=3&k=${KEY}`)).toEqual(wanted);
    expect(readLink(`  #/enrol?w=3&k=${KEY}\n`)).toEqual(wanted);
    expect(readLink(`/enrol?k=${KEY}&w=3`)).toEqual(wanted);
  });

  it.each(['', 'hello', 'https://office.example/app/', '#/enrol?w=3', `#/enrol?w=x&k=${KEY}`, '#/enrol?w=3&k=short'])(
    'is not %j',
    (text) => expect(readLink(text)).toBeNull(),
  );

  it('is used once', () => {
    takeLink({ w: '3', k: KEY });
    expect(linkOnce()).toEqual({ workspaceId: 3, key: KEY });
    expect(linkOnce()).toBeNull();
  });
});

describe('signing in', () => {
  it('makes a profile', async () => {
    const made = await admit({ answer: answer(7), token: 't1', workspace: WORKSPACE, email: 'pim@office.example' });
    expect(made).toMatchObject({ id: '1:7', actorId: 7, tokenWorks: true, cursor: '', pin: null });
    expect(await listProfiles()).toEqual([made]);
  });

  it('anew as the same person keeps the profile with its PIN, cursor and records', async () => {
    const pin = { salt: 'aa', hash: 'bb', rounds: 1 };
    await enrolled(somebody({ tokenWorks: false, pin, cursor: 'far' }));
    await putRows([aRecord('a', 'ready')]);
    await admit({ answer: answer(7), token: 'new', workspace: WORKSPACE, email: null });
    expect(await listProfiles()).toMatchObject([{ token: 'new', tokenWorks: true, cursor: 'far', pin }]);
    expect(await recordsOf('1:7')).toHaveLength(1);
  });

  it('as somebody else makes a second profile and leaves the first one alone', async () => {
    await enrolled(somebody({ tokenWorks: false, token: 'old' }));
    await admit({ answer: answer(8, 'สมชาย'), token: 'his', workspace: WORKSPACE, email: null });
    expect(await listProfiles()).toMatchObject([
      { id: '1:7', token: 'old', tokenWorks: false },
      { id: '1:8', token: 'his' },
    ]);
  });

  it('gives the new sign-in to the same person in other workspaces too', async () => {
    await enrolled(somebody({ id: '2:7', workspaceId: 2, tokenWorks: false }));
    await admit({ answer: answer(7), token: 'new', workspace: WORKSPACE, email: null });
    expect((await listProfiles()).map((one) => [one.id, one.token, one.tokenWorks])).toEqual([
      ['1:7', 'new', true],
      ['2:7', 'new', true],
    ]);
  });
});

describe('signing out', () => {
  const byLink = somebody({ email: null });

  it.each(['draft', 'ready', 'xml_sent', 'needs_attention', 'returned'] as const)(
    'keeps the profile while a record is %s',
    async (state) => {
      await enrolled(byLink);
      await putRows([aRecord('a', state), aRecord('b', 'complete')]);
      expect(await leave(byLink)).toBe('kept');
      await loadSession();
      expect(profile.value).toMatchObject({ id: '1:7', token: '', tokenWorks: false });
      expect(await recordsOf('1:7')).toHaveLength(2);
    },
  );

  it('takes the profile away when the office has everything', async () => {
    await enrolled(byLink);
    await putRows([aRecord('b', 'complete')]);
    expect(await leave(byLink)).toBe('gone');
    expect(await listProfiles()).toEqual([]);
    expect(profile.value).toBeNull();
  });
});
