/** What the database holds for the person at the tablet, kept up to date whichever tab changes it. */
import { onScopeDispose, shallowRef, watch, type ShallowRef } from 'vue';
import { profile } from './session';
import { onChange } from '@/store/watch';

/** The answer of a query for the present profile; asked anew after each change, one question at a time. */
export function useOfProfile<T>(
  query: (profileId: string) => Promise<T>,
  initial: T,
  also: () => unknown = () => null,
): Readonly<ShallowRef<T>> {
  const answer = shallowRef(initial) as ShallowRef<T>;
  let asking = false;
  let again = false;
  let ended = false;

  async function ask(): Promise<void> {
    const id = profile.value?.id;
    if (!id || ended) return;
    if (asking) {
      again = true;
      return;
    }
    asking = true;
    try {
      const found = await query(id);
      if (!ended && profile.value?.id === id) answer.value = found;
    } finally {
      asking = false;
      if (again) {
        again = false;
        void ask();
      }
    }
  }

  watch([() => profile.value?.id, also], () => void ask(), { immediate: true });
  const stop = onChange(() => void ask());
  onScopeDispose(() => {
    ended = true;
    stop();
  });
  return answer;
}
