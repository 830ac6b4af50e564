/**
 * Salvages every snapshot in a folder, checks the dump, and encodes it again. A line of JSON for each: what is wrong with it, or how
 * many rows are in the snapshot that was encoded, with a self-test.
 */
import { readdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { decodeSnapshot, encodeSnapshot } from '@ekv/core';
import { wrongDump } from './dump-check.ts';

/** What became of one file. */
export interface Salvaged {
  readonly name: string;
  /** `undefined` when all is right. */
  readonly wrong?: string;
  /** Whether the dump is not the whole file. */
  readonly isPartial?: boolean;
  readonly rows?: number;
}

const [, , inputs, scratchRoot] = process.argv as [string, string, string, string];
const ADAPTERS = ['redis', 'dynamodb', 's3', 'sqs'] as const;
const EXCLUSIONS = {
  include_incomplete_uploads: false,
  include_orphans: false,
  preserve_sqs_visibility: false,
  include_sqs_side_records: false,
  rename_s3_collisions: false,
};

for (const name of readdirSync(inputs).sort()) {
  const output = join(scratchRoot, 'dump');
  console.log(JSON.stringify({ name, ...salvaged(join(inputs, name), output) } satisfies Salvaged));
  rmSync(output, { recursive: true, force: true });
}

function salvaged(input: string, output: string): Omit<Salvaged, 'name'> {
  const request = { input, output, adapters: ADAPTERS, exclusions: EXCLUSIONS, toolVersion: 'ekv/test', scratchRoot };
  try {
    const { partial, lastCommitTs } = decodeSnapshot({ ...request, salvage: true });
    const wrong = wrongDump(output);
    if (wrong !== undefined) return { wrong };
    const encoded = encodeSnapshot(
      {
        input: output,
        adapters: ADAPTERS,
        lastCommitTs,
        selfTest: true,
        guards: { ...EXCLUSIONS, dynamodb_layout: 'per-item' },
        scratchRoot,
      },
      { write: () => {} },
    );
    if (encoded.outcome === 'mismatch') return { wrong: `self-test: ${encoded.mismatch.report}` };
    return { isPartial: partial !== undefined, rows: encoded.entries };
  } catch (error) {
    return { wrong: (error as Error).stack ?? String(error) };
  }
}
