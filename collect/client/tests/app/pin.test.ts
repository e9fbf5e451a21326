import { describe, expect, it, beforeEach } from 'vitest';
import { afterWrong, hashPin, isEasyPin, NO_TRIES, pinMatches, waitLeft } from '@/app/pin';
import { loadSession, lock, locked, profile, setPin, unlock } from '@/app/session';
import { getProfile } from '@/store/profiles';
import { enrolled, somebody, wipe } from './support';

describe('a PIN', () => {
  it('is known again, and nothing else is', async () => {
    const kept = await hashPin('2580', 1000);
    expect(await pinMatches('2580', kept)).toBe(true);
    expect(await pinMatches('2581', kept)).toBe(false);
    expect(await pinMatches('', kept)).toBe(false);
  });

  it('is not on the disk, and two people with the same one have different hashes', async () => {
    const [one, other] = [await hashPin('2580', 1000), await hashPin('2580', 1000)];
    expect(JSON.stringify(one)).not.toContain('2580');
    expect(one.hash).not.toBe(other.hash);
  });

  it('is refused when anybody would guess it', () => {
    expect(['1111', '1234', '9876', '000000', '123456'].every(isEasyPin)).toBe(true);
    expect(['2580', '1123', '4071', '135790'].some(isEasyPin)).toBe(false);
  });

  it('costs nothing to mistype twice, and then a wait that doubles up to five minutes', () => {
    let tries = NO_TRIES;
    const waits = Array.from({ length: 12 }, () => {
      tries = afterWrong(tries, 1000);
      return waitLeft(tries, 1000) / 1000;
    });
    expect(waits).toEqual([0, 0, 5, 10, 20, 40, 80, 160, 300, 300, 300, 300]);
  });

  it('never locks for longer than five minutes, even when the clock was set back by a year', () => {
    const tries = { wrong: 9, until: 1_000_000_000_000 };
    expect(waitLeft(tries, 1_000_000_000_000 - 365 * 86_400_000)).toBe(300_000);
  });
});

describe('a profile with a PIN', () => {
  beforeEach(async () => {
    await wipe();
    await enrolled(somebody());
    await setPin(somebody(), '2580');
    lock();
  });

  const me = async () => (await getProfile('1:7')) as NonNullable<Awaited<ReturnType<typeof getProfile>>>;

  it('opens by the PIN', async () => {
    expect(await unlock(await me(), '2580')).toEqual({ ok: true });
    expect(locked.value).toBe(false);
    expect(profile.value?.id).toBe('1:7');
  });

  it('stays shut after a wrong one, and looks at no other before the wait is over', async () => {
    const now = Date.now();
    for (let i = 0; i < 3; i += 1) expect((await unlock(await me(), '9999', now)).ok).toBe(false);
    expect(await unlock(await me(), '2580', now + 4000)).toEqual({ ok: false, wait: 1000, compared: false });
    expect(locked.value).toBe(true);
    expect(await unlock(await me(), '2580', now + 5001)).toEqual({ ok: true });
  });

  it('remembers wrong tries over a reload', async () => {
    const now = Date.now();
    for (let i = 0; i < 3; i += 1) await unlock(await me(), '9999', now);
    await loadSession();
    expect(locked.value).toBe(true);
    expect((await unlock(await me(), '2580', now)).ok).toBe(false);
  });

  it('stays open in its tab over a reload, and is shut in a new one', async () => {
    await unlock(await me(), '2580');
    await loadSession();
    expect(locked.value).toBe(false);
    sessionStorage.clear();
    await loadSession();
    expect(locked.value).toBe(true);
  });

  it('keeps what came from the office while the PIN was set', async () => {
    const stale = { ...(await me()), cursor: 'old' };
    await setPin(stale, '4071');
    expect((await me()).cursor).toBe('c1');
  });
});
