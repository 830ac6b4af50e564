import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';

const ROOT = join(import.meta.dirname, '..');
const ADAPTERS = ['redis', 'dynamodb', 's3', 'sqs'];

/** The table of CONTRIBUTING.md: for each job the files of the four adapters, as they are named there. */
function jobs(): Array<readonly [job: string, cells: readonly string[][]]> {
  const text = readFileSync(join(ROOT, 'CONTRIBUTING.md'), 'utf8');
  const start = text.indexOf('| job | redis |');
  const lines = text.slice(start, text.indexOf('\n\n', start)).split('\n').slice(2);
  return lines.map((line) => {
    const [job, ...cells] = line.split('|').slice(1, -1);
    return [job!.trim(), cells.map((cell) => [...cell.matchAll(/`([^`]+)`/g)].map((match) => match[1]!))] as const;
  });
}

/** A topic has a file in both rooms. */
function pathsOf(job: string, name: string): string[] {
  return job.startsWith('topics') ? [`encode/${name}`, `decode/${name}`] : [name];
}

test('each file that CONTRIBUTING names for a job of an adapter is there', () => {
  const missing = jobs().flatMap(([job, cells]) =>
    cells.flatMap((names, i) =>
      names
        .flatMap((name) => pathsOf(job, name))
        .filter((name) => !existsSync(join(ROOT, `packages/${ADAPTERS[i]}-encoder/src`, name)))
        .map((name) => `${ADAPTERS[i]}: ${name}`),
    ),
  );
  expect(missing).toEqual([]);
});

test('each job has a file in each adapter', () => {
  expect(jobs().length).toBeGreaterThan(10);
  for (const [job, cells] of jobs())
    expect([job, cells.length, cells.map((names) => names.length > 0)]).toEqual([job, 4, [true, true, true, true]]);
});

/** Names of types that one reader of an adapter shares with another package, or with what is asked of it. */
const OTHER_TYPES = ['ReadableSnapshot', 'RedisType'];

/** The types that the readers of an adapter give. */
function typesOfReaders(adapter: string): string[] {
  const text = readFileSync(join(ROOT, `packages/${adapter}-encoder/src/read/index.ts`), 'utf8');
  const own = [...text.matchAll(/^export (?:interface|type) (\w+)/gm)].map(([, name]) => name!);
  const lists = [...text.matchAll(/^export (type )?\{([^}]*)\}/gm)].flatMap(([, areTypes, list]) => {
    const names = list!.split(',').map((name) => name.trim());
    return areTypes === undefined ? names.filter((name) => name.startsWith('type ')) : names;
  });
  return [...own, ...lists.map((name) => name.replace(/^type /, ''))].filter((name) => name !== '');
}

test.each(ADAPTERS)('what the readers of %s give is called Stored..., and their options by the call', (adapter) => {
  const names = typesOfReaders(adapter).filter((name) => !OTHER_TYPES.includes(name));
  expect(names.length).toBeGreaterThan(2);
  expect(names.filter((name) => !/^Stored[A-Z]|^(Redis|Dynamodb|S3|Sqs)[A-Z]\w+Options$/.test(name))).toEqual([]);
});
