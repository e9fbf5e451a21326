import { describe, expect, it } from 'vitest';
import { plainText, safeAddress } from '@/components/form/formatted';
import { find, mountNodes, open, settle, type, xform } from './support';

const FORM = xform({
  instance: '<name/><note/>',
  binds: '<bind nodeset="/data/note" type="string" readonly="true()"/>',
  body: `<input ref="/data/name"><label>ชื่อ</label></input>
    <input ref="/data/note"><label>สวัสดี **คุณ** <output value="/data/name"/></label></input>`,
});

describe('text that a person typed and the form repeats in a label (trap 9)', () => {
  it('never becomes elements of the page', async () => {
    const record = await open(FORM);
    const { wrapper } = await mountNodes(record);
    type(record, '/data/name', '<img src=x onerror=alert(1)> <script>alert(2)</' + 'script>');
    await settle();
    const note = wrapper.findAll('.question')[1]!;
    expect(note.find('img, script').exists()).toBe(false);
    expect(note.text()).toContain('<img src=x onerror=alert(1)>');
    expect(note.find('strong').text()).toBe('คุณ');
    wrapper.unmount();
  });

  it('makes no link that runs a script', async () => {
    const record = await open(FORM);
    const { wrapper } = await mountNodes(record);
    type(record, '/data/name', '[กดที่นี่](javascript:alert(1))');
    await settle();
    const note = wrapper.findAll('.question')[1]!;
    expect(note.text()).toContain('กดที่นี่');
    expect(note.find('a').exists()).toBe(false);
    expect(note.html()).not.toContain('javascript:');
    wrapper.unmount();
  });
});

describe('links of a form', () => {
  it.each(['https://example.org/a', 'http://example.org/', 'tel:+6675123456', 'mailto:a@example.org'])(
    'lead to %s',
    (url) => {
      expect(safeAddress(url)).toBe(url);
    },
  );

  it.each([
    'javascript:alert(1)',
    'JaVaScRiPt:alert(1)',
    'java\nscript:alert(1)',
    'data:text/html,x',
    'blob:x',
    '/app/',
    'x',
  ])('do not lead to %j', (url) => {
    expect(safeAddress(url)).toBeNull();
  });

  it('open in a window that knows nothing of this one', async () => {
    const record = await open(
      xform({ instance: '<a/>', body: '<input ref="/data/a"><label>อ่าน [คู่มือ](https://example.org/)</label></input>' }),
    );
    const { wrapper } = await mountNodes(record);
    expect(wrapper.get('.label a').attributes()).toMatchObject({
      href: 'https://example.org/',
      rel: 'noopener noreferrer',
    });
    expect(plainText(find(record, '/data/a').currentState.label)).toBe('อ่าน คู่มือ');
    wrapper.unmount();
  });
});
