/** Whether a person is still on the page that waits for an answer. Who went on must not be pulled out of another page. */
import { onBeforeUnmount } from 'vue';
import { onBeforeRouteLeave } from 'vue-router';

/** Begins a wait; its signal is aborted as soon as the person leaves the page. */
export function useWait(): () => AbortSignal {
  let wait = new AbortController();
  const left = () => wait.abort();
  // The next page may take a while to come; the person has left from the tap on.
  onBeforeRouteLeave(left);
  onBeforeUnmount(left);
  return () => {
    wait = new AbortController();
    return wait.signal;
  };
}
