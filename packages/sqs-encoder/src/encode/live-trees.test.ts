import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { encodedTree } from './encoded.test-data.ts';

const GOLDEN = join(import.meta.dirname, '../../../../fixtures/golden');

/** What clients of a server had stored: nothing of it may be told as unusable. */
test.each(['live/sqs/tree', 'live/all-four/tree', 'live/all-four/tree-two', 'sqs/real-server-default/tree'])(
  'a dump of a live server, %s, raises no doubt and loses nothing',
  (path) => {
    const root = join(GOLDEN, path);
    expect(existsSync(join(root, 'sqs'))).toBe(true);
    const { rows, warnings } = encodedTree(root, { nowMillis: 1_795_425_000_000n });
    expect(rows.length).toBeGreaterThan(0);
    expect(warnings).toEqual([]);
  },
);
