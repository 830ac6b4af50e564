import { execFileSync } from 'node:child_process';
import { globSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { closure, Installed } from './installed.ts';
import { PUBLISHED, ROOT } from './published.ts';

const ADAPTERS = PUBLISHED.map(({ name }) => name).filter((name) => name.endsWith('-encoder'));
const SNAPSHOT = '@ekv/snapshot';

function installed(): Installed {
  const folder = new Installed();
  onTestFinished(() => folder.remove());
  return folder;
}

/** What a program prints that runs where packages are installed. */
function printed({ folder }: Installed, program: string): string {
  writeFileSync(join(folder, 'program.mjs'), program);
  return execFileSync(process.execPath, ['program.mjs'], { cwd: folder, encoding: 'utf8' });
}

test('there are four adapters', () => {
  expect(ADAPTERS).toHaveLength(4);
});

test.each(ADAPTERS)('%s brings five packages at the most, and one copy of @ekv/snapshot', (adapter) => {
  expect(closure([adapter]).length).toBeLessThanOrEqual(5);
  const { folder } = installed().flat([adapter]);
  expect(globSync('**/@ekv/snapshot/package.json', { cwd: folder })).toHaveLength(1);
});

test('packages are released one by one, and what is built on them follows', () => {
  const config = JSON.parse(readFileSync(join(ROOT, '.changeset/config.json'), 'utf8'));
  expect(config).toMatchObject({ fixed: [], linked: [] });
  // A program is as new as the adapters in it.
  expect(config.___experimentalUnsafeOptions_WILL_CHANGE_IN_PATCH).toEqual({ updateInternalDependents: 'always' });
});

test('no package has a peer of ours: a minor version of it would be a major one of the package', () => {
  for (const { name, json } of PUBLISHED)
    expect(
      Object.keys(json.peerDependencies ?? {}).filter((peer) => peer.startsWith('@ekv/')),
      name,
    ).toEqual([]);
});

test.each(ADAPTERS)(
  'with %s alone a program writes and opens snapshots and tells errors apart, also where pnpm installed it',
  (adapter) => {
    const program = `
    import { ArgumentError, DataError, EkvError, openSnapshot, writeSnapshot } from '${adapter}';
    await writeSnapshot('a.fsm', [{ key: Buffer.from('!redis|str|a'), value: Buffer.from('b') }]);
    using snapshot = openSnapshot('a.fsm');
    const error = await writeSnapshot('b.fsm', 5).catch((error) => error);
    console.log(snapshot.constructor.name, error instanceof ArgumentError, error instanceof EkvError, error instanceof DataError);
  `;
    expect(printed(installed().strict([adapter]), program)).toBe('Snapshot true true false\n');
  },
);

test.each(ADAPTERS)('beside %s @ekv/snapshot is the copy that it uses', (adapter) => {
  const program = `
    import * as adapter from '${adapter}';
    import * as snapshot from '@ekv/snapshot';
    console.log(Object.keys(adapter).filter((name) => snapshot[name] !== undefined && snapshot[name] !== adapter[name]).length, adapter.RowError === snapshot.RowError);
  `;
  expect(printed(installed().strict([adapter, SNAPSHOT]), program)).toBe('0 true\n');
});
