/** Room on the tablet, looked at now and then. */
import { onScopeDispose, shallowRef, type ShallowRef } from 'vue';
import { storage } from '@/queue';

export interface Room {
  used: number | null;
  /** Null where the browser does not say. */
  free: number | null;
  persisted: boolean;
}

/** Below this people are told to send or to make room. */
export const LOW_BYTES = 500 * 1024 * 1024;
const LOOK_EVERY_MS = 60_000;

export function useStorage(): Readonly<ShallowRef<Room | null>> {
  const room = shallowRef<Room | null>(null);
  const look = async () => {
    room.value = await storage().catch(() => null);
  };
  void look();
  const timer = setInterval(() => void look(), LOOK_EVERY_MS);
  onScopeDispose(() => clearInterval(timer));
  return room;
}
