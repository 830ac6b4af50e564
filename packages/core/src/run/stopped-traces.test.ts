import { join } from 'node:path';
import { hiddenPaths } from '@ekv/dump-tree';
import { plant, temporaryFolder } from '@ekv/test-support/temporary-folder';
import { beforeEach, expect, test } from 'vitest';
import { decodeTraces, encodeTraces } from './stopped-traces.ts';

const RUN = '0123456789abcdef';
const OTHER_RUN = 'fedcba9876543210';

let folder: string;
beforeEach(() => {
  folder = temporaryFolder();
});

function traces(of: typeof decodeTraces, output: string) {
  const { paths, bulky } = of({ output: join(folder, output), runId: RUN, scratchRoot: join(folder, 'scratch') });
  const relative = (list: readonly string[]) => list.map((path) => path.slice(folder.length + 1)).sort();
  return { paths: relative(paths), bulky: relative(bulky) };
}

test('a run that has made nothing has no traces', () => {
  expect(traces(decodeTraces, 'none/dump')).toEqual({ paths: [], bulky: [] });
  expect(traces(encodeTraces, 'none/out.fsm')).toEqual({ paths: [], bulky: [] });
});

test('a stopped encode leaves temporary files and scratch of its own; scratch may be emptied first', () => {
  plant(folder, { [`out.fsm.tmp-${RUN}`]: '', [`out.fsm.tmp-${OTHER_RUN}`]: '', [`scratch/ekv-scratch-${RUN}/a`]: '' });
  const scratch = `scratch/ekv-scratch-${RUN}`;
  expect(traces(encodeTraces, 'out.fsm')).toEqual({ paths: [`out.fsm.tmp-${RUN}`, scratch], bulky: [scratch] });
});

test('a stopped decode leaves its unfinished tree, which may be emptied first, and an earlier dump, which may not', () => {
  plant(folder, { [`.dump.tmp-${RUN}/a`]: '', [`.dump.old-${RUN}/a`]: '', [`.dump.tmp-${OTHER_RUN}/a`]: '' });
  expect(traces(decodeTraces, 'dump')).toEqual({
    paths: [`.dump.old-${RUN}`, `.dump.tmp-${RUN}`],
    bulky: [`.dump.tmp-${RUN}`],
  });
});

test('a tree that fills its target in place is left alone until it is known how far it came', () => {
  plant(folder, { [`dump/.dump.tmp-${RUN}/a`]: '' });
  expect(traces(decodeTraces, 'dump')).toEqual({ paths: [`dump/.dump.tmp-${RUN}`], bulky: [] });
});

test('such a tree is left alone also where the name of its target is too long for a hidden one', () => {
  const target = 'd'.repeat(250);
  const inside = hiddenPaths(join(folder, target), RUN).inside.slice(folder.length + 1);
  plant(folder, { [`${inside}/a`]: '' });
  expect(traces(decodeTraces, target)).toEqual({ paths: [inside], bulky: [] });
});

test('a stopped decode of several snapshots leaves the unfinished tree inside its output', () => {
  plant(folder, { [`dumps/.0000000000000015.tmp-${RUN}/a`]: '', 'dumps/0000000000000014/a': '' });
  const inner = `dumps/.0000000000000015.tmp-${RUN}`;
  expect(traces(decodeTraces, 'dumps')).toEqual({ paths: [inner], bulky: [inner] });
});
