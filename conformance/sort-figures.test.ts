import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';

const textOf = (path: string) => readFileSync(join(import.meta.dirname, '..', path), 'utf8').replaceAll(/\s+/g, ' ');

test('what the texts say of the memory of a sort, and of how many runs are merged, is so', () => {
  const [, shift] = /MAIN_SORT_BYTES = (\d+) << 20/.exec(textOf('packages/snapshot/src/sort/sort-memory.ts'))!;
  const [, runs] = /FAN_IN = (\d+);/.exec(textOf('packages/snapshot/src/sort/external-sorter.ts'))!;
  expect(textOf('docs/format/01-snapshot.md')).toContain(
    `sorted runs (${shift} MiB each by default) go to scratch and are merged, at most ${runs} at a time`,
  );
  const architecture = textOf('docs/architecture.md');
  expect(architecture).toContain(`an arena of ${shift} MiB by default`);
  expect(architecture).toContain(`are merged ${runs} at a time`);
  const readme = textOf('packages/snapshot/README.md');
  expect(readme).toContain(`the writer holds ${shift} MiB of rows by default`);
  expect(readme).toContain(`of up to ${runs} runs`);
});
