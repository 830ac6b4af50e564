import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { openSnapshot, type Warning } from '@ekv/snapshot';
import { type Entry, writeSnapshot } from '@ekv/test-support/node-file';
import { temporaryFolder } from '@ekv/test-support/temporary-folder';
import type { DecodeRequest, DecodeResult } from '../decode/decode-request.ts';
import { decodeSnapshot } from '../decode/decode-snapshot.ts';
import { KNOWN_FAMILIES } from '../decode/row-classes.ts';
import { NO_EXCLUSIONS } from '../dump.test-data.ts';
import { type Attempt, attempt, publishRequest } from '../publish/publish-request.test-data.ts';
import type { PublishRequest } from '../publish/publish-request.ts';
import { ADAPTER_NAMES } from '../run/adapter-list.ts';

/** Visible rows by key, both as byte strings. */
export type Rows = Readonly<Record<string, string>>;

/** A snapshot, its dump with the whole state, and what becomes of that. */
export class StatePlace {
  readonly folder: string = temporaryFolder();
  readonly input: string = join(this.folder, 'in.fsm');
  readonly tree: string = join(this.folder, 'tree');
  /** Of the last decode. */
  readonly warnings: Warning[] = [];

  constructor() {
    mkdirSync(join(this.folder, 'place'));
    mkdirSync(join(this.folder, 'scratch'));
  }

  plant(entries: readonly Entry[]): void {
    writeSnapshot(this.input, entries);
  }

  /** As {@link plant}, from rows as {@link rowsOf} gives them. */
  plantRows(rows: Rows): void {
    this.plant(Object.entries(rows).map(([key, value]) => ({ key, value: Buffer.from(value, 'latin1') })));
  }

  decoded(more: Partial<DecodeRequest> = {}): DecodeResult {
    const request = { input: this.input, output: this.tree, adapters: ADAPTER_NAMES, exclusions: NO_EXCLUSIONS };
    this.warnings.length = 0;
    const warn = (warning: Warning) => void this.warnings.push(warning);
    return decodeSnapshot({ ...request, toolVersion: 'ekv/test', wholeState: true, ...more }, { warn });
  }

  encoded(more: Partial<PublishRequest> = {}): Attempt & { readonly rows?: Rows } {
    const request = { adapters: ADAPTER_NAMES, input: this.tree, selfTest: true, wholeState: true, ...more };
    const run = attempt(publishRequest(this.folder, request));
    return run.result?.outcome === 'published' ? { ...run, rows: rowsOf(run.result.output) } : run;
  }

  /** What an encode says that refuses the tree, without the path of the tree. */
  refusal(more: Partial<PublishRequest> = {}): string {
    const { error } = this.encoded({ selfTest: false, ...more });
    return (error?.message ?? 'nothing was refused').replaceAll(`${this.tree}/`, '');
  }

  read(path: string): string {
    return readFileSync(join(this.tree, path), 'utf8');
  }

  /** Changes a file of the tree. */
  edit(path: string, change: (text: string) => string): void {
    writeFileSync(join(this.tree, path), change(this.read(path)));
  }
}

/** The newest live rows of a snapshot. */
export function rowsOf(path: string): Rows {
  const rows: Record<string, string> = {};
  const snapshot = openSnapshot(path);
  try {
    const source = snapshot.check({ families: KNOWN_FAMILIES });
    const cursors = [...new Set(KNOWN_FAMILIES)].map((family) => () => source.rows(family));
    for (const open of [...cursors, () => source.unclaimedRows()]) {
      for (const row = open(); row.next(); ) {
        const { bytes, keyStart, keyEnd, valueStart, valueEnd } = row;
        rows[bytes.toString('latin1', keyStart, keyEnd)] = bytes.toString('latin1', valueStart, valueEnd);
      }
    }
  } finally {
    snapshot.close();
  }
  return rows;
}
