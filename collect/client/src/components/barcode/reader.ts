/**
 * Reads bar and QR codes in pictures of the camera: by the browser where it can, else by zxing compiled to wasm. Its
 * package would fetch the wasm from a server of others; ours comes with the client.
 */
import wasm from 'zxing-wasm/reader/zxing_reader.wasm?url';

export interface Reader {
  detect(image: ImageBitmapSource): Promise<{ rawValue: string }[]>;
}
interface Native {
  new (): Reader;
  getSupportedFormats(): Promise<readonly string[]>;
}

/** Where a file of zxing is: with the client, whatever the package thinks. */
export function locateFile(name: string): string {
  if (name.endsWith('.wasm')) return wasm;
  throw new Error(`${name} is not part of the client`);
}

export async function openReader(): Promise<Reader> {
  const native = (globalThis as { BarcodeDetector?: Native }).BarcodeDetector;
  if (native && (await supports(native))) return new native();
  const { BarcodeDetector, prepareZXingModule, purgeZXingModule } = await import('barcode-detector/ponyfill');
  try {
    await prepareZXingModule({ overrides: { locateFile }, fireImmediately: true });
  } catch (failure) {
    // Otherwise the package would remember the failure and never load it again.
    purgeZXingModule();
    throw failure;
  }
  return new BarcodeDetector();
}

async function supports(native: Native): Promise<boolean> {
  try {
    return (await native.getSupportedFormats()).includes('qr_code');
  } catch {
    return false;
  }
}
