import { createHash } from 'node:crypto';
import { type DefaultTreeAdapterTypes, parse } from 'parse5';
import { describe, expect, test } from 'vitest';
import { isCut, shownText } from './bounds/shown-text.ts';
import { PAGE_BEGINNING } from './document/html-document.ts';
import type { EmbeddedReport } from './embedded-report.ts';
import { HOSTILE_NAMES } from './hostile-names.test-data.ts';
import type { Branch, ReportData } from './report-data.ts';
import { reportPage } from './report-page.ts';
import { leaf, sampleReport, sum } from './sample-report.test-data.ts';

type Element = DefaultTreeAdapterTypes.Element;

function elementsOf(html: string): Element[] {
  const found: Element[] = [];
  const waiting: DefaultTreeAdapterTypes.Node[] = [parse(html)];
  for (const node of waiting) {
    if ('tagName' in node) found.push(node);
    if ('childNodes' in node) waiting.push(...node.childNodes);
  }
  return found;
}

function attribute(element: Element, name: string): string | undefined {
  return element.attrs.find((it) => it.name === name)?.value;
}

function textOf(element: Element): string {
  return element.childNodes.map((node) => ('value' in node ? node.value : '')).join('');
}

function dataOf(html: string): EmbeddedReport {
  const [data] = elementsOf(html).filter((element) => attribute(element, 'id') === 'data');
  return JSON.parse(textOf(data!));
}

function withNames(name: string): ReportData {
  const tree = sum(name, name, [{ ...leaf(name, 5), address: name, kind: name }]);
  return {
    title: name,
    facts: [{ name, value: name }],
    figures: [{ name, value: 1, holds: 'count', note: name }],
    tree,
    tables: [{ title: name, about: name, columns: [{ name, holds: 'address', of: name }], rows: [[name]] }],
  };
}

const html = reportPage(sampleReport());

describe('the page is whole in itself', () => {
  test('it is one document without an element that loads something', () => {
    expect(html.startsWith(PAGE_BEGINNING)).toBe(true);
    expect(PAGE_BEGINNING).toMatch(/^<!doctype html>\n<html lang="en">[ -~\n]*generator/);
    expect(elementsOf(html).map(({ tagName }) => tagName)).toEqual([
      'html',
      'head',
      'body',
      'meta',
      'meta',
      'meta',
      'meta',
      'meta',
      'meta',
      'title',
      'style',
      'noscript',
      'script',
      'script',
    ]);
    const names = elementsOf(html).flatMap(({ attrs }) => attrs.map(({ name }) => name));
    expect(new Set(names)).toEqual(new Set(['lang', 'charset', 'http-equiv', 'content', 'name', 'type', 'id']));
  });

  test('its script and its style name nothing elsewhere, and make no markup or code of a text', () => {
    expect(html).not.toMatch(/https?:|\/\/www|\bsrc\s*=|url\(|@import|@font-face/i);
    expect(html).not.toMatch(/innerHTML|outerHTML|insertAdjacentHTML|document\.write|DOMParser|\beval\b|new Function/);
    expect(html).not.toMatch(/\bfetch\(|XMLHttpRequest|WebSocket|EventSource|sendBeacon|importScripts|localStorage/);
  });

  test('its policy allows its own script and style alone, by their digests', () => {
    const elements = elementsOf(html);
    const policy = elements.find((element) => attribute(element, 'http-equiv') === 'Content-Security-Policy')!;
    const script = elements.findLast(({ tagName }) => tagName === 'script')!;
    const style = elements.find(({ tagName }) => tagName === 'style')!;
    const digest = (element: Element) => createHash('sha256').update(textOf(element)).digest('base64');
    expect(attribute(policy, 'content')!.split('; ')).toEqual([
      "default-src 'none'",
      `script-src 'sha256-${digest(script)}'`,
      `style-src 'sha256-${digest(style)}'`,
      "base-uri 'none'",
      "form-action 'none'",
      "require-trusted-types-for 'script'",
      "trusted-types 'none'",
    ]);
    expect(attribute(script, 'type')).toBeUndefined();
  });

  test('the licenses of what it has from elsewhere are in it', () => {
    expect(html).toMatch(/d3-hierarchy \d+\.\d+\.\d+, ISC\n\nCopyright/);
  });
});

describe('the data', () => {
  test('is in the page as JSON', () => {
    const data = dataOf(html);
    expect(data.title).toBe(sampleReport().title);
    expect(data.parts[0]).toEqual([-1, 'everything', 'snapshot', ...amountsOf(sampleReport().tree)]);
    expect(data.tables.map(({ title, rows }) => [title, rows])).toEqual(
      sampleReport().tables.map(({ title, rows }) => [title, rows]),
    );
  });

  test.each(HOSTILE_NAMES.map((name) => [name.slice(0, 40), name]))('of the name %j is data alone', (_, name) => {
    const page = reportPage(withNames(name));
    const data = JSON.stringify(dataOf(page));
    expect(withoutData(page)).toBe(withoutData(html));
    const shown = shownText(name);
    const noAddress = isCut(name) ? [null] : [];
    expect(JSON.parse(data)).toEqual({
      title: shown,
      facts: [{ name: shown, value: shown }],
      figures: [{ name: shown, value: 1, holds: 'count', note: shown }],
      parts: [
        [-1, shown, shown, 5, 0, 1, ...noAddress],
        [0, shown, shown, 5, 0, 1, ...noAddress],
      ],
      tables: [
        {
          title: shown,
          about: shown,
          columns: [{ name: shown, holds: 'address', of: shown }],
          rows: [[shown]],
          left: 0,
          measures: [],
        },
      ],
    });
  });

  test('is the only thing in which two pages differ', () => {
    expect(withoutData(reportPage({ ...sampleReport(), tables: [], facts: [], figures: [] }))).toBe(withoutData(html));
  });

  test.each([Number.NaN, -1, 1.5])('a figure of %d is refused', (value) => {
    const figures = [{ name: 'Live', value, holds: 'bytes' as const }];
    expect(() => reportPage({ ...sampleReport(), figures })).toThrow('the figure Live must be a whole number');
  });
});

test('a report of 10,000,000 keys with long and hostile names stays below 5 MB', () => {
  // The long ones are the same text each time: 10,000 of them would not have room in memory.
  const hostile = (i: number) => HOSTILE_NAMES[i % HOSTILE_NAMES.length]!;
  const name = (i: number) => (hostile(i).length > 1000 ? hostile(i) : `${i}${hostile(i)}`);
  const prefixes = Array.from({ length: 40_000 }, (_, i) => leaf(name(i), 1 + (i % 5000), 250));
  const scopes = Array.from({ length: 1000 }, (_, i) => sum(name(i), 'table', prefixes.slice(40 * i, 40 * i + 40)));
  const tables = sampleReport().tables.map((table) => ({
    ...table,
    rows: Array.from({ length: 8000 }, (_, i) =>
      table.columns.map(({ holds }) => (holds === 'bytes' || holds === 'count' ? i : name(i))),
    ),
  }));
  const page = reportPage({ ...sampleReport(), tree: sum('all', 'snapshot', scopes), tables });
  expect(Buffer.byteLength(page)).toBeLessThan(5_000_000);
  expect(dataOf(page).parts[0]!.slice(3)).toEqual([prefixes.reduce((all, { bytes }) => all + bytes, 0), 0, 10_000_000]);
});

function amountsOf({ bytes, past, units }: Branch): readonly number[] {
  return [bytes, past, units];
}

function withoutData(page: string): string {
  return page.replace(/(?<=id="data">).*?(?=<\/script>)/s, '');
}
