import { execFileSync } from 'node:child_process';
import { cpSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { OLDEST_NODE } from './compiled.ts';
import { folderOf, Installed } from './installed.ts';
import { ENTRIES, PUBLISHED, ROOT } from './published.ts';

let app: Installed;
beforeAll(() => {
  app = new Installed().flat(PUBLISHED.map(({ name }) => name));
});
afterAll(() => app.remove());

/** What a command of the oldest Node prints. */
function output(...words: string[]): string {
  return execFileSync(OLDEST_NODE, words, { cwd: app.folder, encoding: 'utf8', stdio: 'pipe' });
}

test('it is the oldest Node that the packages promise', () => {
  expect(PUBLISHED.map(({ json }) => json.engines?.node)).toEqual(PUBLISHED.map(() => '>=22.15'));
  expect(output('--version')).toBe('v22.15.0\n');
});

test('every entry of every package loads in it, by import and by require', () => {
  const program = `
    import { createRequire } from 'node:module';
    const require = createRequire(import.meta.url);
    for (const entry of ${JSON.stringify(ENTRIES)})
      console.log(entry, Object.keys(await import(entry)).join() === Object.keys(require(entry)).filter((name) => name !== '__esModule').join());
  `;
  writeFileSync(join(app.folder, 'entries.mjs'), program);
  expect(output('--disable-warning=ExperimentalWarning', 'entries.mjs')).toBe(
    ENTRIES.map((entry) => `${entry} true\n`).join(''),
  );
});

test('in it the programs encode the data of all four adapters and decode it again, with a self-test', () => {
  cpSync(join(ROOT, 'fixtures/golden/live/all-four/tree'), join(app.folder, 'tree'), { recursive: true });
  rmSync(join(app.folder, 'tree/CHECKSUMS'));
  const program = (name: string) => join(folderOf(`@ekv/${name}-cli`), 'dist/main.js');
  const encoded = JSON.parse(
    output(
      program('encode'),
      '--input',
      'tree',
      '--output',
      'new.fsm',
      '--self-test',
      '--accept-formatting',
      '--json',
      '--quiet',
    ),
  );
  expect(encoded).toMatchObject({ self_test: { ran: true, matched: true } });
  output(program('decode'), '--input', 'new.fsm', '--output', 'dump', '--quiet');
  const folders = readdirSync(join(app.folder, 'dump'));
  expect(folders.sort()).toEqual(['CHECKSUMS', 'MANIFEST.json', 'dynamodb', 'redis', 's3', 'sqs']);
});

test('in it a program writes a snapshot, opens it, and reads the rows', () => {
  const program = `
    import { openSnapshot, writeSnapshot } from '@ekv/snapshot';
    async function* rows() { for (let i = 0; i < 3; i++) yield { key: Buffer.from('!redis|str|' + i), value: Buffer.from('v' + i) }; }
    const { entries } = await writeSnapshot('a.fsm', rows());
    const snapshot = openSnapshot('a.fsm');
    const row = snapshot.rowsOf(['!redis|str|']).rows('!redis|str|');
    const values = [];
    while (row.next()) values.push(row.bytes.toString('utf8', row.valueStart, row.valueEnd));
    snapshot[Symbol.dispose]();
    console.log(entries, values.join());
  `;
  writeFileSync(join(app.folder, 'rows.mjs'), program);
  expect(output('rows.mjs')).toBe('3 v0,v1,v2\n');
});
