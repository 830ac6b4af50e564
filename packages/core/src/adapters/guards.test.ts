import type { AdapterName } from '@ekv/manifest';
import { DataError, type Warning } from '@ekv/snapshot';
import { expect, test } from 'vitest';
import { NO_GUARDS } from '../dump.test-data.ts';
import { ADAPTER_NAMES } from '../run/adapter-list.ts';
import { checkGuards, GuardError } from './guards.ts';

const GUARDS = [
  ['dynamodb_layout', 'jsonl', 'dynamodb'],
  ['include_incomplete_uploads', true, 's3'],
  ['include_orphans', true, 's3'],
  ['preserve_sqs_visibility', true, 'sqs'],
  ['include_sqs_side_records', true, 'sqs'],
] as const;

/** What one call gives: its warnings, or the error it throws. */
function outcome(fields: object, adapters: readonly AdapterName[] = ADAPTER_NAMES, dropUnsupported = false) {
  const warnings: Warning[] = [];
  try {
    checkGuards({ ...NO_GUARDS, ...fields }, adapters, dropUnsupported, (warning) => warnings.push(warning));
    return { warnings, error: undefined };
  } catch (error) {
    return { warnings, error: error as GuardError };
  }
}

test.each(GUARDS)('%s = %s is refused for %s as data, and the error names the field', (field, value) => {
  const { error } = outcome({ [field]: value });
  expect(error).toBeInstanceOf(GuardError);
  expect(error).toBeInstanceOf(DataError);
  expect(error?.field).toBe(field);
  expect(error?.message).toContain(field);
});

test.each(GUARDS)('%s = %s is passed over when %s is not selected', (field, value, adapter) => {
  const others = ADAPTER_NAMES.filter((name) => name !== adapter);
  expect(outcome({ [field]: value }, others)).toEqual({ warnings: [], error: undefined });
});

test('the first guard that matches is the one reported', () => {
  const all = Object.fromEntries(GUARDS.map(([field, value]) => [field, value]));
  for (const [field] of GUARDS) {
    expect(outcome(all).error?.field).toBe(field);
    delete all[field];
  }
});

test('guards 2 to 5 name --drop-unsupported, which turns each into a warning with its field', () => {
  for (const [field, value, adapter] of GUARDS.slice(1)) {
    expect(outcome({ [field]: value }).error?.message).toContain('--drop-unsupported');
    const { warnings, error } = outcome({ [field]: value }, ADAPTER_NAMES, true);
    expect(error).toBeUndefined();
    expect(warnings).toMatchObject([{ event: 'dropped_unsupported', fields: { field, adapter } }]);
  }
});

test('the layout guard stays an error under --drop-unsupported', () => {
  expect(outcome({ dynamodb_layout: 'jsonl' }, ADAPTER_NAMES, true).error?.field).toBe('dynamodb_layout');
});

test('renamed S3 objects are no guard', () => {
  expect(outcome({ rename_s3_collisions: true })).toEqual({ warnings: [], error: undefined });
});
