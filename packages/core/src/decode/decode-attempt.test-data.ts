import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import type { Warning } from '@ekv/snapshot';
import { NO_EXCLUSIONS, REDIS } from '../dump.test-data.ts';
import type { DecodeRequest, DecodeResult } from './decode-request.ts';
import { decodeSnapshot } from './decode-snapshot.ts';

export interface DecodeAttempt {
  readonly result?: DecodeResult;
  readonly error?: Error;
  readonly warnings: readonly Warning[];
}

/** Decodes `<folder>/0000000000000051.fsm` to `<folder>/out`, whatever becomes of it. Scratch must be empty after it. */
export function attemptDecode(folder: string, more: Partial<DecodeRequest> = {}): DecodeAttempt {
  const warnings: Warning[] = [];
  const scratchRoot = join(folder, 'scratch');
  const request: DecodeRequest = {
    input: inputOf(folder),
    output: join(folder, 'out'),
    adapters: REDIS,
    exclusions: NO_EXCLUSIONS,
    toolVersion: 'ekv/1.2.3',
    scratchRoot,
    ...more,
  };
  const attempt = outcomeOf(() => decodeSnapshot(request, { warn: (warning) => warnings.push(warning) }));
  const left = readdirSync(scratchRoot);
  if (left.length > 0) throw new Error(`the decode left ${left.join(', ')} in its scratch folder`);
  return { ...attempt, warnings };
}

function outcomeOf(decode: () => DecodeResult): Pick<DecodeAttempt, 'result' | 'error'> {
  try {
    return { result: decode() };
  } catch (error) {
    return { error: error as Error };
  }
}

export function inputOf(folder: string): string {
  return join(folder, '0000000000000051.fsm');
}
