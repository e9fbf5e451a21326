import { beforeEach, expect, it, vi } from 'vitest';
import { startQueue } from '@/app/background';
import { profile } from '@/app/session';
import { patchProfile } from '@/store/profiles';
import type * as Queue from '@/queue';
import { queue } from '@/queue';
import { enrolled, settled, somebody, wipe } from './support';

vi.mock('@/queue', async (original) => {
  const real = await original<typeof Queue>();
  return { ...real, pull: vi.fn(async () => undefined), queue: { ...real.queue, start: vi.fn(async () => undefined) } };
});

beforeEach(wipe);

it('the queue is begun once for a person, and again after a sign-in, but not at every change in the database', async () => {
  await enrolled(somebody());
  startQueue();
  await settled();
  expect(queue.start).toHaveBeenCalledTimes(1);
  for (let i = 0; i < 5; i += 1) {
    await patchProfile('1:7', { lastContactAt: i });
    await settled();
  }
  expect(profile.value?.lastContactAt).toBe(4);
  expect(queue.start).toHaveBeenCalledTimes(1);
  await patchProfile('1:7', { tokenWorks: false });
  await settled();
  await patchProfile('1:7', { tokenWorks: true, token: 'new' });
  await settled();
  expect(queue.start).toHaveBeenCalledTimes(3);
});
