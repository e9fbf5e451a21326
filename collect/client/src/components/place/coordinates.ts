/** Coordinates as text: what the record keeps, what a person reads, and what a person types. */

export interface Place {
  latitude: number;
  longitude: number;
  altitude: number;
  /** Metres; 0 when a person typed the coordinates. */
  accuracy: number;
}

export const GOOD_ENOUGH = 10;
const THAILAND = { south: 5.5, north: 20.6, west: 97.2, east: 105.8 };
const THAI_ZERO = 0x0e50;

/** The stored text `latitude longitude altitude accuracy`, or null. */
export function placeOf(value: string): Place | null {
  const numbers = value.trim().split(/\s+/).map(Number);
  const [latitude, longitude, altitude = 0, accuracy = 0] = numbers;
  if (latitude === undefined || longitude === undefined || numbers.some((number) => !Number.isFinite(number)))
    return null;
  return { latitude, longitude, altitude, accuracy };
}

/** Coordinates to read: six digits after the point, about 10 cm. */
export function showPlace(place: Pick<Place, 'latitude' | 'longitude'>): string {
  return `${place.latitude.toFixed(6)}, ${place.longitude.toFixed(6)}`;
}

/** Decimal degrees of 10.4931, 10,4931, ๑๐.๔๙๓๑, or 10°29'35"N; null when it is none of these. */
export function readDegrees(text: string): number | null {
  const plain = text
    .trim()
    .replace(/[๐-๙]/g, (digit) => String(digit.charCodeAt(0) - THAI_ZERO))
    .replace(/[−–]/g, '-')
    .toUpperCase();
  const decimal = /^([+-]?\d{1,3}(?:[.,]\d+)?)\s*°?\s*([NSEW])?$/.exec(plain);
  if (decimal) return signed(Number(decimal[1]?.replace(',', '.')), decimal[2]);
  const parts = /^(\d{1,3})\s*[°\s]\s*(\d{1,2})\s*['′’\s]\s*(?:(\d{1,2}(?:\.\d+)?)\s*["″”]?)?\s*([NSEW])?$/.exec(plain);
  if (!parts || Number(parts[2]) >= 60 || Number(parts[3] ?? 0) >= 60) return null;
  return signed(Number(parts[1]) + Number(parts[2]) / 60 + Number(parts[3] ?? 0) / 3600, parts[4]);
}

const signed = (degrees: number, side: string | undefined) => (side === 'S' || side === 'W' ? -degrees : degrees);

/** A pair pasted into one field, as maps give it: `10.4931, 99.1800`. */
export function splitPair(text: string): [string, string] | null {
  const pair = text.trim().split(/\s*[,;]\s+|\s*;\s*|(?<=\.\d+),|(?<=[NSns])\s*,?\s*(?=\d)/);
  const [latitude, longitude] = pair;
  if (pair.length !== 2 || latitude === undefined || longitude === undefined) return null;
  return readDegrees(latitude) === null || readDegrees(longitude) === null ? null : [latitude, longitude];
}

export type Wrong = 'latitude' | 'longitude' | 'both_needed';

/** Check typed coordinates. */
export function readPlace(latitude: string, longitude: string): { place: Place } | { wrong: Wrong } {
  if (latitude.trim() === '' || longitude.trim() === '') return { wrong: 'both_needed' };
  const [north, east] = [readDegrees(latitude), readDegrees(longitude)];
  if (north === null || Math.abs(north) > 90) return { wrong: 'latitude' };
  if (east === null || Math.abs(east) > 180) return { wrong: 'longitude' };
  return { place: { latitude: north, longitude: east, altitude: 0, accuracy: 0 } };
}

export function inThailand({ latitude, longitude }: Pick<Place, 'latitude' | 'longitude'>): boolean {
  const { south, north, west, east } = THAILAND;
  return latitude >= south && latitude <= north && longitude >= west && longitude <= east;
}

/** Typed coordinates that make sense in Thailand only when exchanged. */
export function looksExchanged(latitude: string, longitude: string): boolean {
  const [straight, turned] = [readPlace(latitude, longitude), readPlace(longitude, latitude)];
  const isHere = (reading: typeof straight) => 'place' in reading && inThailand(reading.place);
  return !isHere(straight) && isHere(turned);
}
