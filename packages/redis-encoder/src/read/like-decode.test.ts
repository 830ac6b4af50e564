import fc from 'fast-check';
import { expect, test } from 'vitest';
import { decoded, TIMESTAMP } from '../decode/decoded.test-data.ts';
import type { NodeRow } from '../decode/node-file.test-data.ts';
import { dataSet, TIMESTAMPS } from '../round-trip.test-data.ts';
import { redisKeys } from './index.ts';
import { rowsOf, withSnapshot } from './read-rows.test-data.ts';

test('what the reader gives is what decode writes, whatever the timestamps of rows are', () => {
  fc.assert(
    fc.property(dataSet, fc.array(fc.nat({ max: 4 }), { minLength: 50, maxLength: 50 }), (data, choices) => {
      const rows = data
        .flatMap(({ records }) => records)
        .map(
          ({ key, value }, i): NodeRow => ({
            key,
            value: value as Uint8Array,
            timestamp: TIMESTAMPS[choices[i % 50]!]!,
          }),
        );
      const again = withSnapshot(rows, (snapshot) => Array.from(redisKeys(snapshot), rowsOf)).flat();
      const { files } = decoded(
        ...again.map(({ key, value }) => ({ key, value: value as Uint8Array, timestamp: TIMESTAMP })),
      );
      const sorted = (tree: Readonly<Record<string, string>>) =>
        Object.entries(tree)
          .map(([path, content]) => [path, /(KEYMAP|_ttl)/.test(path) ? content.split('\n').sort() : content])
          .sort();
      expect(sorted(files)).toEqual(sorted(decoded(...rows).files));
    }),
    { numRuns: 40 },
  );
}, 60_000);
