import { mount } from '@vue/test-utils';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { defineComponent } from 'vue';
import type { OpenRecord } from '@/engine/types';
import { saveOnLeaving, useAutosave, type Autosave, type Write } from '@/views/fill/autosave';
import { open, type, xform } from './support';

const FORM = xform({ instance: '<a/><b/>', body: '<input ref="/data/a"><label>a</label></input>' });

function following(record: OpenRecord, write: Write) {
  let autosave!: Autosave;
  const wrapper = mount(
    defineComponent({
      setup() {
        autosave = useAutosave(record, write);
        saveOnLeaving(autosave);
        return () => null;
      },
    }),
  );
  return { autosave, stop: () => wrapper.unmount() };
}

describe('a draft being filled', () => {
  let record: OpenRecord;
  const write = vi.fn<Write>();

  beforeEach(async () => {
    record = await open(FORM);
    write.mockReset().mockResolvedValue(undefined);
    vi.useFakeTimers();
  });
  afterEach(() => vi.useRealTimers());

  it('is saved a moment after the last change, once', async () => {
    const { autosave, stop } = following(record, write);
    type(record, '/data/a', 'ก');
    await vi.advanceTimersByTimeAsync(300);
    type(record, '/data/a', 'กข');
    await vi.advanceTimersByTimeAsync(300);
    expect(write).not.toHaveBeenCalled();
    expect(autosave.state.value).toBe('changed');
    await vi.advanceTimersByTimeAsync(100);
    expect(write).toHaveBeenCalledOnce();
    expect(write.mock.calls[0]![0].xml).toContain('<a>กข</a>');
    expect(autosave.state.value).toBe('saved');
    stop();
  });

  it('is saved every two seconds while somebody types without a pause', async () => {
    const { stop } = following(record, write);
    for (let letter = 0; letter < 48; letter += 1) {
      type(record, '/data/a', 'ก'.repeat(letter + 1));
      await vi.advanceTimersByTimeAsync(100);
    }
    expect(write).toHaveBeenCalledTimes(2);
    stop();
  });

  it('is not written when nothing changed', async () => {
    const { autosave, stop } = following(record, write);
    await autosave.flush();
    await vi.advanceTimersByTimeAsync(60_000);
    expect(write).not.toHaveBeenCalled();
    stop();
  });

  it.each(['visibilitychange', 'pagehide', 'beforeunload'])(
    'is saved at once when the page goes away (%s)',
    async (event) => {
      const { stop } = following(record, write);
      const hidden = vi.spyOn(document, 'visibilityState', 'get').mockReturnValue('hidden');
      type(record, '/data/a', 'ก');
      (event === 'visibilitychange' ? document : window).dispatchEvent(new Event(event));
      await vi.advanceTimersByTimeAsync(0);
      expect(write).toHaveBeenCalledOnce();
      hidden.mockRestore();
      stop();
    },
  );

  it('begins to be written before the page is gone, also behind a write that may never end', async () => {
    write.mockReturnValue(new Promise(() => undefined));
    const { autosave, stop } = following(record, write);
    type(record, '/data/a', 'ก');
    void autosave.flush();
    expect(write.mock.calls.map(([, parting]) => parting)).toEqual([false]);
    window.dispatchEvent(new Event('pagehide'));
    expect(write.mock.calls.map(([, parting]) => parting)).toEqual([false, true]);
    autosave.stop();
    window.dispatchEvent(new Event('pagehide'));
    expect(write).toHaveBeenCalledTimes(2);
    stop();
  });

  it('says when it could not be saved, and tries again by itself', async () => {
    write.mockRejectedValueOnce(new DOMException('full', 'QuotaExceededError'));
    const { autosave, stop } = following(record, write);
    type(record, '/data/a', 'ก');
    await vi.advanceTimersByTimeAsync(1000);
    expect(autosave.state.value).toBe('failed');
    expect(autosave.error.value).toBeInstanceOf(DOMException);
    await vi.advanceTimersByTimeAsync(10_000);
    expect(write).toHaveBeenCalledTimes(2);
    expect(autosave.state.value).toBe('saved');
    stop();
  });

  it('never runs two writes at a time', async () => {
    let running = 0;
    write.mockImplementation(async () => {
      running += 1;
      expect(running).toBe(1);
      await new Promise((resolve) => setTimeout(resolve, 50));
      running -= 1;
    });
    const { autosave, stop } = following(record, write);
    type(record, '/data/a', 'ก');
    void autosave.flush();
    await vi.advanceTimersByTimeAsync(10);
    type(record, '/data/a', 'ข');
    void autosave.flush();
    await vi.advanceTimersByTimeAsync(500);
    expect(write).toHaveBeenCalledTimes(2);
    stop();
  });
});
