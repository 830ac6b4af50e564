import { readFileSync } from 'node:fs';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { groupBytes } from './groups/groups.test-data.ts';
import { attempt, publishRequest } from './publish/publish-request.test-data.ts';
import { storedRows, table, tableRows } from './random-data/random-database.test-data.ts';
import { RandomPlace } from './random-data/random-place.test-data.ts';
import { RUNS_LIMIT_MS, runs } from './random-data/runs.test-data.ts';
import { ADAPTER_NAMES } from './run/adapter-list.ts';

const tables = fc.dictionary(fc.constantFrom('a', 'A', 'm.T-1', 'z_'), table, { maxKeys: 3, noNullPrototype: true });

test(
  'tables of any kind give the same snapshot, byte by byte, from a file for each item and from lines in files of any size',
  () => {
    const place = new RandomPlace();
    /** The snapshot of the dump that was decoded last, without its header. */
    const encoded = () => {
      const request = publishRequest(place.folder, { input: place.dump, adapters: ADAPTER_NAMES });
      const { result, error } = attempt(request);
      if (error !== undefined) throw error;
      expect(result).toMatchObject({ outcome: 'published' });
      return readFileSync(request.output);
    };
    fc.assert(
      fc.property(tables, fc.integer({ min: 4096, max: 5000 }), (tables, dynamodbPartBytes) => {
        const rows = storedRows(Object.entries(tables).map(([name, one]) => tableRows(name, one)));
        const file = groupBytes([...rows].map(([key, value]) => ({ key, value, timestamp: 1000n })));
        place.decoded({ 'in.fsm': file });
        const perItem = encoded();
        expect(perItem.equals(file)).toBe(true);
        place.decoded({ 'in.fsm': file }, [], { dynamodbLayout: 'jsonl', dynamodbPartBytes });
        expect(encoded().equals(perItem)).toBe(true);
      }),
      runs(4),
    );
  },
  RUNS_LIMIT_MS,
);
