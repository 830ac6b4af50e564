import { hash } from 'node:crypto';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { encodeInfoBytes } from '@ekv/manifest';
import { writeSnapshot } from '@ekv/test-support/node-file';
import { temporaryFolder } from '@ekv/test-support/temporary-folder';
import { expect, test } from 'vitest';
import { stringEntry } from '../redis-entry.test-support.ts';
import { attemptDecode, inputOf } from './decode-attempt.test-data.ts';
import { DataCheck } from './missing-data.ts';

test('the sidecar of a snapshot that was encoded without a self-test is no doubt: strict takes it', () => {
  const folder = temporaryFolder();
  mkdirSync(join(folder, 'scratch'));
  const input = inputOf(folder);
  writeSnapshot(input, [stringEntry('a', 'one')]);
  const info = encodeInfoBytes({
    format_version: 1,
    encoder_version: 'test',
    encoder_key_format_version: 1,
    wall_time_iso: '2026-01-02T03:04:05Z',
    input_root: 'in',
    output_fsm_path: input,
    output_fsm_sha256: hash('sha256', readFileSync(input)),
    last_commit_ts: 1000n,
    last_commit_ts_overridden: false,
    manifest_last_commit_ts: 1000n,
    manifest_cluster_id: '',
    adapters_enabled: ['redis'],
    self_test: { ran: false, matched: false },
  });
  writeFileSync(`${input}.encode_info.json`, info);
  const { result, warnings, error } = attemptDecode(folder, { strict: true });
  expect(error).toBeUndefined();
  expect(result?.files).toBe(1);
  expect(warnings).toEqual([]);
});

test('required data that has no row is refused before anything is decoded', () => {
  const check = new DataCheck({ requireData: true }, () => {});
  expect(() => check.rows(new Map([['redis', 0]]))).toThrow('--require-data: the snapshot has no data of redis');
  expect(() => check.rows(new Map([['redis', 1]]))).not.toThrow();
});
