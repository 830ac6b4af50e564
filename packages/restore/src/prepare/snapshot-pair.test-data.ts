import { hash } from 'node:crypto';
import { join } from 'node:path';
import { plant } from '@ekv/test-support/temporary-folder';
import type { PrepareRequest } from './prepare-request.ts';

const LAST_COMMIT_TS = 117664619383488528n;

/** A snapshot of encode with these rows, all of one timestamp. */
export function payloadOf(
  rows: ReadonlyArray<readonly [key: string, body: string]>,
  timestamp = LAST_COMMIT_TS,
): Buffer {
  const header = Buffer.alloc(16);
  header.write('EKVPBBL1');
  header.writeBigUInt64LE(timestamp, 8);
  return Buffer.concat([header, ...rows.map(([key, body]) => entryOf(key, body, timestamp))]);
}

function entryOf(key: string, body: string, timestamp: bigint): Buffer {
  const bytes = Buffer.alloc(8 + key.length + 8 + 8 + 9 + body.length);
  bytes.writeBigUInt64LE(BigInt(key.length + 8));
  bytes.write(key, 8);
  bytes.writeBigUInt64BE(BigInt.asUintN(64, ~timestamp), 8 + key.length);
  bytes.writeBigUInt64LE(BigInt(9 + body.length), 16 + key.length);
  bytes.write(body, 16 + key.length + 8 + 9);
  return bytes;
}

/** Plants `in.fsm` and its sidecar. @param info fields that are others than those of a good sidecar. */
export function plantPair(folder: string, payload = payloadOf([['!redis|str|a', 'one']]), info: object = {}): void {
  const sidecar = {
    format_version: 1,
    encoder_key_format_version: 1,
    output_fsm_sha256: hash('sha256', payload, 'hex'),
    manifest_cluster_id: 'cluster-a',
    self_test: { ran: true, matched: true },
    ...info,
  };
  plant(folder, { 'in.fsm': payload, 'in.fsm.encode_info.json': JSON.stringify(sidecar) });
}

export function requestFor(folder: string, more: Partial<PrepareRequest> = {}): PrepareRequest {
  return {
    input: join(folder, 'in.fsm'),
    dataDir: join(folder, 'place/n1'),
    index: 7n,
    term: 3n,
    peers: 'n1=10.0.0.1:2380,n2=10.0.0.2:2380,n3=10.0.0.3:2380',
    targetClusterId: 'cluster-a',
    ...more,
  };
}
