import { purgeZXingModule } from 'barcode-detector/ponyfill';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { locateFile, openReader } from '@/components/barcode/reader';
import { onGrid } from '@/components/questions/numbers';
import { choices, faults, formOf, input, range, select, show } from './support';
import { until } from '../until';

const rank = `<odk:rank xmlns:odk="http://www.opendatakit.org/xforms" REF><label>จัดลำดับปัญหา</label>${choices(3)}</odk:rank>`;

describe('a range', () => {
  it('has no value until it is touched, and can be cleared', async () => {
    const { page, value } = await show(formOf({ type: 'int', control: range() }));
    const slider = page.get('input[type=range]');
    expect(value()).toBe('');
    expect(slider.attributes('aria-valuetext')).toBe('ยังไม่ได้ตอบ');
    await slider.setValue('7');
    expect(value()).toBe('7');
    await page.get('button.clear').trigger('click');
    expect(value()).toBe('');
  });

  it('takes a tap where its thumb already rests', async () => {
    const { page, value } = await show(formOf({ type: 'int', control: range() }));
    await page.get('input[type=range]').trigger('click');
    expect(value()).toBe('0');
  });

  it('steps by buttons without the dust of floating point', async () => {
    const { page, value } = await show(formOf({ type: 'decimal', control: range('', 'start="0" end="1" step="0.1"') }));
    const more = page.get('button.more');
    for (let n = 0; n < 4; n += 1) await more.trigger('click');
    expect(value()).toBe('0.3');
    expect(onGrid(99, 0, 1, 0.1)).toBe(1);
  });

  it('as a picker is a list of its values', async () => {
    const { page, value } = await show(
      formOf({ type: 'int', control: range('picker', 'start="2" end="10" step="2"') }),
    );
    expect(page.findAll('option').map((option) => option.text())).toEqual(['เลือก…', '2', '4', '6', '8', '10']);
    await page.get('select').setValue('6');
    expect(value()).toBe('6');
  });

  it('as a rating is stars', async () => {
    const { page, value } = await show(formOf({ type: 'int', control: range('rating', 'start="1" end="5" step="1"') }));
    const stars = page.findAll('input[type=radio]');
    expect(stars).toHaveLength(5);
    await stars[3]!.setValue(true);
    expect(value()).toBe('4');
    expect(page.text()).toContain('4 จาก 5');
  });
});

describe('a ranking', () => {
  it('is no answer until it is touched, and is moved by buttons', async () => {
    const { page, value } = await show(formOf({ type: 'odk:rank', control: rank }));
    expect(value()).toBe('');
    await page.get('[aria-label="เลื่อน ตัวเลือกที่ 3 ขึ้น"]').trigger('click');
    expect(value()).toBe('v1 v3 v2');
    expect(page.text()).toContain('ตัวเลือกที่ 3 อยู่อันดับที่ 2 จาก 3');
    expect(document.activeElement?.getAttribute('aria-label')).toBe('เลื่อน ตัวเลือกที่ 3 ขึ้น');
    await page.get('[aria-label="เลื่อน ตัวเลือกที่ 1 ขึ้น"]').trigger('click');
    expect(value()).toBe('v1 v3 v2');
  });

  it('can be kept as it stands', async () => {
    const { page, value } = await show(formOf({ type: 'odk:rank', control: rank }));
    await page
      .findAll('button')
      .find((button) => button.text() === 'ใช้ลำดับนี้')!
      .trigger('click');
    expect(value()).toBe('v1 v2 v3');
  });
});

describe('a code', () => {
  const form = formOf({ type: 'barcode', control: input('รหัสครุภัณฑ์') });
  afterEach(() => {
    vi.unstubAllGlobals();
    Reflect.deleteProperty(navigator, 'mediaDevices');
  });

  async function shown() {
    const opened = await show(form);
    await until(() => opened.page.get('input'));
    return opened;
  }

  it('can always be typed', async () => {
    const { page, value } = await shown();
    await page.get('input').setValue('7440-001');
    expect(value()).toBe('7440-001');
  });

  it('is typed when there is no camera, and the person is told so', async () => {
    const { page } = await shown();
    await page.get('button').trigger('click');
    await until(() => expect(page.text()).toContain('เปิดกล้องไม่ได้'));
    expect(page.find('video').exists()).toBe(false);
  });

  it('is read by the camera, which is let go afterwards', async () => {
    const stop = vi.fn();
    vi.spyOn(HTMLMediaElement.prototype, 'play').mockResolvedValue();
    const getUserMedia = () => Promise.resolve({ getTracks: () => [{ stop }] });
    Object.defineProperty(navigator, 'mediaDevices', { value: { getUserMedia }, configurable: true });
    class Detector {
      static getSupportedFormats = () => Promise.resolve(['qr_code']);
      detect = () => Promise.resolve([{ rawValue: '99010001' }]);
    }
    vi.stubGlobal('BarcodeDetector', Detector);
    const { page, value } = await shown();
    await page.get('button').trigger('click');
    await until(() => expect(value()).toBe('99010001'));
    await until(() => expect(page.find('video').exists()).toBe(false));
    expect(stop).toHaveBeenCalled();
  });

  it('is read by wasm of this client alone: nothing is asked of another server', async () => {
    const asked: string[] = [];
    vi.stubGlobal('fetch', (address: string | URL | Request) => {
      asked.push(String(address instanceof Request ? address.url : address));
      return Promise.reject(new Error('no network'));
    });
    purgeZXingModule();
    await openReader().then(
      () => undefined,
      () => undefined,
    );
    expect(asked.length).toBeGreaterThan(0);
    for (const address of asked) expect(new URL(address, location.href).origin).toBe(location.origin);
    expect(locateFile('zxing_reader.wasm')).toMatch(/^\/(?!\/).*zxing_reader.*\.wasm$/);
    expect(() => locateFile('other.js')).toThrow();
  });
});

describe('every control', () => {
  it.each([
    ['text', formOf({ control: input('ข้อความ') }, { control: input('ยาว', 'appearance="multiline"') })],
    ['number', formOf({ type: 'int', control: input('จำนวน', 'appearance="counter"') })],
    ['code', formOf({ type: 'barcode', control: input('รหัส') })],
    ['one of few', formOf({ control: select(4), bind: 'required="true()"' })],
    ['many of few', formOf({ control: select(4, 'columns-2 no-buttons', 'select') })],
    ['scale', formOf({ control: select(5, 'likert') })],
    ['native list', formOf({ control: select(5, 'minimal') })],
    ['one of many', formOf({ control: select(60) })],
    ['many of many', formOf({ control: select(60, 'autocomplete', 'select') })],
    ['slider', formOf({ type: 'int', control: range() }, { type: 'int', control: range('picker') })],
    ['upright slider', formOf({ type: 'int', control: range('vertical') })],
    ['stars', formOf({ type: 'int', control: range('rating') })],
    ['ranking', formOf({ type: 'odk:rank', control: rank })],
    ['acknowledgement', formOf({ control: input('ทราบ', '', 'trigger') })],
    ['note', formOf({ control: input('หมายเหตุ'), bind: 'readonly="true()"', value: 'x' })],
  ])('%s is without fault for axe, closed, open and with its choices taken', async (_name, form) => {
    const { page } = await show(form);
    await until(() => page.get('[id$="-input"]'));
    expect(await faults(page.element)).toEqual([]);
    const combobox = page.find('[role=combobox]');
    if (!combobox.exists()) return;
    await combobox.trigger('focus');
    expect(await faults(page.element)).toEqual([]);
    await page.get('[role=option]').trigger('click');
    expect(await faults(page.element)).toEqual([]);
  });
});
