/** Where the tablet is, for forms that ask when they are opened. */
import { pointText } from './answers';

const PATIENCE_MS = 20_000;

/** Latitude, longitude, altitude and accuracy as ODK writes them; empty when the tablet does not say in time. */
export function locate(): Promise<string> {
  return new Promise((resolve) => {
    if (!('geolocation' in navigator)) {
      resolve('');
      return;
    }
    navigator.geolocation.getCurrentPosition(
      ({ coords }) => resolve(pointText(coords)),
      () => resolve(''),
      { enableHighAccuracy: true, timeout: PATIENCE_MS, maximumAge: 60_000 },
    );
  });
}
