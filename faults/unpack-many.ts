/**
 * A program of its own: unpacks every archive of a folder, each to a folder of its own, verifies it as it is, and prints one JSON line for
 * each as soon as it is done, so that its parent can tell which one hangs or crashes it.
 */
import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { unpackArchive, verifyDump } from '@ekv/archive';
import { DataError } from '@ekv/snapshot';

/** What became of one archive. */
export interface Unpacked {
  readonly name: string;
  /** `defect`: with an error that is none of those for data. */
  readonly end: 'unpacked' | 'refused' | 'defect';
  readonly message: string;
  /** What verify says of it. */
  readonly verified: string;
}

function unpackOne(input: string, output: string, scratchRoot: string): Omit<Unpacked, 'name'> {
  try {
    const verified = verifyDump({ input, scratchRoot }).outcome;
    try {
      unpackArchive({ input, output, scratchRoot });
      return { end: 'unpacked', message: '', verified };
    } catch (error) {
      if (!(error instanceof DataError)) throw error;
      return { end: 'refused', message: error.message, verified };
    }
  } catch (error) {
    return {
      end: 'defect',
      message: error instanceof Error ? (error.stack ?? error.message) : String(error),
      verified: '',
    };
  }
}

const [inputs, outputs, scratch] = process.argv.slice(2) as [string, string, string];
for (const name of readdirSync(inputs).sort()) {
  const unpacked: Unpacked = { name, ...unpackOne(join(inputs, name), join(outputs, name), scratch) };
  console.log(JSON.stringify(unpacked));
}
