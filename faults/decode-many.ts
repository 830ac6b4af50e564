/**
 * A program of its own: decodes every file of a folder, each to a folder of its own, and prints one JSON line for each as
 * soon as it is done, so that its parent can tell which one hangs or crashes it.
 */
import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { decodeSnapshot } from '@ekv/core';
import { EkvError } from '@ekv/snapshot';

/** How the decode of one file ended. */
export interface Outcome {
  readonly name: string;
  /** `defect`: with an error that is none of the declared ones. */
  readonly end: 'decoded' | 'refused' | 'defect';
  readonly message: string;
}

const NO_EXTRAS = {
  include_incomplete_uploads: false,
  include_orphans: false,
  preserve_sqs_visibility: false,
  include_sqs_side_records: false,
  rename_s3_collisions: false,
};

function decodeOne(input: string, output: string, scratchRoot: string): Omit<Outcome, 'name'> {
  try {
    decodeSnapshot({ input, output, adapters: ['redis'], exclusions: NO_EXTRAS, toolVersion: 'faults', scratchRoot });
    return { end: 'decoded', message: '' };
  } catch (error) {
    if (error instanceof EkvError) return { end: 'refused', message: error.message };
    return { end: 'defect', message: error instanceof Error ? (error.stack ?? error.message) : String(error) };
  }
}

const [inputs, outputs, scratch] = process.argv.slice(2) as [string, string, string];
for (const name of readdirSync(inputs).sort()) {
  const outcome: Outcome = { name, ...decodeOne(join(inputs, name), join(outputs, name), scratch) };
  console.log(JSON.stringify(outcome));
}
