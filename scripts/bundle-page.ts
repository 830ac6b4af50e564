/**
 * Builds what a page of `@ekv/report-page` runs and looks like into two texts of a module: the script with all that it imports, behind the licenses of
 * what is from elsewhere, and the style. They are texts and no files, so that programs that are bundled into one file have them.
 */
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { rolldown } from 'rolldown';
import { licensesOf } from './licenses.ts';

/** Later ones win. */
const STYLES = [
  'src/page/page.css',
  'src/page/explorer/explorer.css',
  'src/page/charts/charts.css',
  'src/page/tables/tables.css',
  'src/page/narrow.css',
];

const bundle = await rolldown({ input: 'src/page/main.ts', platform: 'browser', tsconfig: true });
const { output } = await bundle.generate({ format: 'iife', minify: true, comments: false });
const [chunk] = output;
const script = `/*!\n${licensesOf(chunk.moduleIds).trim()}\n*/\n${chunk.code.trim()}\n`;
const style = STYLES.map((path) => readFileSync(path, 'utf8')).join('');

for (const [name, text] of Object.entries({ script, style })) {
  // Whatever ends the element that the text stands in would show the rest of it to the reader.
  if (/<\/?(?:script|style|!--)/i.test(text)) throw new Error(`the ${name} of the page has a tag in it`);
}
mkdirSync('dist', { recursive: true });
writeFileSync(
  'dist/page.js',
  `export const script = ${JSON.stringify(script)};\nexport const style = ${JSON.stringify(style)};\n`,
);
writeFileSync('dist/page.d.ts', 'export declare const script: string;\nexport declare const style: string;\n');
