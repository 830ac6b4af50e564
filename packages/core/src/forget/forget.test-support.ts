import { join } from 'node:path';
import { openSnapshot, type Warning } from '@ekv/snapshot';
import { temporaryFolder } from '@ekv/test-support/temporary-folder';
import { KNOWN_FAMILIES } from '../decode/row-classes.ts';
import { forget } from './forget.ts';
import type { ForgetRequest, ForgetResult, Forgotten } from './forget-request.ts';

/** What a run has told. */
export interface ForgetRun {
  readonly result: ForgetResult;
  readonly told: readonly Forgotten[];
  readonly warnings: readonly Warning[];
}

/** A folder for a snapshot and for what is made of it. */
export class ForgetPlace {
  readonly folder: string = temporaryFolder();
  readonly input: string = join(this.folder, 'in.fsm');
  readonly output: string = join(this.folder, 'out.fsm');
  readonly tree: string = join(this.folder, 'tree');

  forgotten(more: Partial<ForgetRequest>): ForgetRun {
    const told: Forgotten[] = [];
    const warnings: Warning[] = [];
    const request = { input: this.input, output: this.output, selection: {}, toolVersion: 'ekv/test', ...more };
    const result = forget(request, { warn: (warning) => void warnings.push(warning) }, (one) => void told.push(one));
    return { result, told, warnings };
  }
}

/** One version in a snapshot; bytes as byte strings. */
export interface StoredEntry {
  readonly key: string;
  readonly timestamp: bigint;
  /** Absent: a deletion. */
  readonly value: string | undefined;
}

/** All entries of a file. */
export function entriesIn(path: string): StoredEntry[] {
  const snapshot = openSnapshot(path);
  try {
    const entries = snapshot.check({ families: KNOWN_FAMILIES }).entries();
    const all: StoredEntry[] = [];
    while (entries.next()) {
      const { bytes, keyStart, keyEnd, valueStart, valueEnd, timestamp, tombstone } = entries;
      const value = tombstone ? undefined : bytes.toString('latin1', valueStart, valueEnd);
      all.push({ key: bytes.toString('latin1', keyStart, keyEnd), timestamp, value });
    }
    return all;
  } finally {
    snapshot.close();
  }
}
