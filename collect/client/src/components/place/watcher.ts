/** Watches the position until it is good enough. Nothing of Vue but refs. */
import { ref, shallowRef } from 'vue';
import type { Place } from './coordinates';

export type PlaceTrouble = 'denied' | 'unavailable' | 'slow' | 'unsupported';

/** Without a first position for this long, the person is told what to do. */
const SLOW_AFTER_S = 30;
const DENIED = 1;

/** A phone tells fifteen digits; a centimetre has seven. */
const rounded = (value: number, digits: number) => Number(value.toFixed(digits));

export class PlaceWatcher {
  readonly running = ref(false);
  /** The best position so far. */
  readonly best = shallowRef<Place | null>(null);
  readonly seconds = ref(0);
  readonly trouble = ref<PlaceTrouble | null>(null);
  private watch: number | null = null;
  private clock: ReturnType<typeof setInterval> | undefined;

  constructor(
    private readonly goodEnough: () => number,
    private readonly onGood: (place: Place) => void,
  ) {}

  start(): void {
    this.stop();
    this.best.value = null;
    this.trouble.value = null;
    if (!('geolocation' in navigator)) {
      this.trouble.value = 'unsupported';
      return;
    }
    this.running.value = true;
    this.seconds.value = 0;
    this.clock = setInterval(() => this.count(), 1000);
    this.watch = navigator.geolocation.watchPosition(
      (position) => this.take(position),
      (error) => this.fail(error),
      { enableHighAccuracy: true, maximumAge: 0 },
    );
  }

  private count(): void {
    this.seconds.value += 1;
    if (!this.best.value && !this.trouble.value && this.seconds.value >= SLOW_AFTER_S) this.trouble.value = 'slow';
  }

  private take({ coords }: GeolocationPosition): void {
    if (!this.running.value) return;
    this.trouble.value = null;
    const accuracy = rounded(coords.accuracy, 1);
    if (this.best.value && this.best.value.accuracy <= accuracy) return;
    this.best.value = {
      latitude: rounded(coords.latitude, 7),
      longitude: rounded(coords.longitude, 7),
      altitude: rounded(coords.altitude ?? 0, 1),
      accuracy,
    };
    if (accuracy <= this.goodEnough()) this.onGood(this.best.value);
  }

  private fail(error: GeolocationPositionError): void {
    if (error.code === DENIED) {
      this.stop();
      this.trouble.value = 'denied';
    } else if (!this.best.value) {
      // The browser goes on looking, and so do we.
      this.trouble.value = 'unavailable';
    }
  }

  stop(): void {
    if (this.watch !== null) navigator.geolocation.clearWatch(this.watch);
    this.watch = null;
    clearInterval(this.clock);
    this.running.value = false;
  }
}
