import { join } from 'node:path';
import { expect, test } from 'vitest';
import { inspectInputs } from '../inspect-inputs.ts';
import { jsonReport } from './json.ts';

const SNAPSHOT = join(import.meta.dirname, '../../../../fixtures/golden/live/all-four/00000000000001b9.fsm');

test('members are those of the report, their names in snake_case', () => {
  const report = inspectInputs({ inputs: [{ path: SNAPSHOT }], tool: 'ekv/test', history: 'redis/recent' });
  const json = JSON.parse(JSON.stringify(jsonReport(report)));
  expect(JSON.stringify(json).match(/"[a-z_]*[A-Z][A-Za-z]*":/g)).toBeNull();
  expect(json.largest.by_size.map(({ address }: { address: string }) => address)).toEqual(
    report.largest.bySize.map(({ address }) => address),
  );
  expect(json).toMatchObject({
    made_at_ms: report.madeAtMs,
    inputs: [{ last_commit_ts: report.inputs[0]!.lastCommitTs }],
    totals: { units: report.totals.units },
    left_out: expect.anything(),
  });
  expect(json.history.address).toBe('redis/recent');
});
