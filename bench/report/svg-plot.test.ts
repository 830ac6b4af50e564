import { describe, expect, test } from 'vitest';
import { someCase, someResults } from '../report.test-data.ts';
import { plots } from './plots.ts';
import { plotSvg } from './svg-plot.ts';

/** Throws an Error unless the text is one well-formed XML element with elements and text in it. */
function checkXml(xml: string): void {
  const open: string[] = [];
  let at = 0;
  for (const tag of xml.matchAll(
    /<(\/?)([a-z]+)((?: [a-zA-Z-]+[0-9]?="[^"<&]*(?:&(?:amp|lt|gt|quot);[^"<&]*)*")*)(\/?)>/g,
  )) {
    checkText(xml.slice(at, tag.index));
    const [whole, isEnd, name, , isEmpty] = tag;
    if (isEnd !== '' && open.pop() !== name) throw new Error(`${whole} ends nothing`);
    if (isEnd === '' && isEmpty === '') open.push(name!);
    at = tag.index + whole.length;
  }
  checkText(xml.slice(at));
  if (open.length > 0) throw new Error(`no end of ${open.join(', ')}`);
}

function checkText(text: string): void {
  if (/[<>]|&(?!(?:amp|lt|gt|quot);)/.test(text)) throw new Error(`not escaped: ${text}`);
}

const cases = someResults(
  someCase({ shape: 'redis', size: 1000 }),
  someCase({ shape: 'redis', size: 200_000 }),
  someCase({ shape: 's3', size: 200_000 }),
).cases;

describe('a plot', () => {
  test.each([...plots(cases)])('%s is well-formed', (_, svg) => {
    expect(() => checkXml(svg)).not.toThrow();
    expect(svg).not.toMatch(/NaN|Infinity|undefined/);
  });

  test.each([...plots(cases.slice(0, 1))])('%s of one size is well-formed', (_, svg) => {
    expect(() => checkXml(svg)).not.toThrow();
    expect(svg).not.toMatch(/NaN|Infinity|undefined/);
  });

  test('escapes what it is given', () => {
    const series = [{ name: 'a<b', colour: 0, points: [[1, 2]] }] as const;
    const svg = plotSvg({
      title: '"<&>"',
      xLabel: '<',
      yLabel: '&',
      x: 'log',
      y: 'linear',
      panels: [{ title: '>', series }],
    });
    expect(() => checkXml(svg)).not.toThrow();
    expect(svg).toContain('&quot;&lt;&amp;&gt;&quot;');
  });

  test('has colours for a light and for a dark page, and none of a background', () => {
    const svg = plots(cases).get('time-by-size.svg')!;
    expect(svg).toContain('prefers-color-scheme:dark');
    expect(svg).not.toContain('<rect');
  });

  test('has all points within the drawing, larger values further up', () => {
    const points = [
      [1, 0.004],
      [2, 3],
      [4, 700],
    ] as const;
    const plot = { title: '', xLabel: '', yLabel: '', x: 'log', y: 'log' } as const;
    const svg = plotSvg({ ...plot, panels: [{ title: '', series: [{ name: 's', colour: 1, points }] }] });
    const heights = [...svg.matchAll(/<circle class="dot" cx="[\d.]+" cy="([\d.]+)"/g)]
      .slice(1)
      .map(([, y]) => Number(y));
    expect(heights).toEqual(heights.toSorted((a, b) => b - a));
    expect(Math.min(...heights)).toBeGreaterThan(50);
    expect(Math.max(...heights)).toBeLessThan(300);
  });
});
