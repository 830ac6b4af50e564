import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { readEncodeInfo, readManifest } from '@ekv/manifest';
import { UsageError, type Warning } from '@ekv/snapshot';
import { snapshotBytes } from '@ekv/test-support/node-file';
import { temporaryFolder } from '@ekv/test-support/temporary-folder';
import { beforeEach, describe, expect, test } from 'vitest';
import { attempt, publishRequest } from '../publish/publish-request.test-data.ts';
import { stringEntry } from '../redis-entry.test-support.ts';
import { ADAPTER_NAMES } from '../run/adapter-list.ts';
import { attemptDecode, type DecodeAttempt } from './decode-attempt.test-data.ts';

const fixture = (name: string) =>
  fileURLToPath(new URL(`../../../../fixtures/vectors/damaged/${name}.fsm`, import.meta.url));

let folder: string;
beforeEach(() => {
  folder = temporaryFolder();
  mkdirSync(join(folder, 'scratch'));
  mkdirSync(join(folder, 'place'));
});

function decode(name: string, more: object = {}): DecodeAttempt {
  const adapters = [...ADAPTER_NAMES];
  return attemptDecode(folder, { input: fixture(name), output: join(folder, 'tree'), adapters, ...more });
}

const salvageEvents = (warnings: readonly Warning[]) =>
  warnings.filter(({ event }) => event.startsWith('salvage_')).map(({ event, loss }) => [event, loss]);

describe.each([
  ['footer-bit', { checksum: 1 }, 135, 'dynamodb', 30],
  ['one-bad-row', { rows: 1 }, 101, 'redis/db_0/strings', 100],
  ['one-hole', { objects: 1 }, 5, 's3/b', 3],
] as const)('the damaged file %s', (name, partial, entries, part, files) => {
  test('is refused with a hint when it is not to be salvaged', () => {
    const { error } = decode(name);
    expect(error?.message).toMatch(/--salvage decodes the rest$/);
    expect(existsSync(join(folder, 'tree'))).toBe(false);
  });

  test('gives all that is whole, with what is lost counted in result, warnings and manifest', () => {
    const { result, warnings } = decode(name, { salvage: true });
    expect(result).toMatchObject({ partial, files, counts: { entries } });
    expect(salvageEvents(warnings)).toEqual(Object.keys(partial).map((kind) => [`salvage_${kind}`, true]));
    const manifest = readManifest(readFileSync(join(folder, 'tree/MANIFEST.json')), 'MANIFEST.json');
    const counts = Object.fromEntries(Object.entries(partial).map(([kind, count]) => [kind, BigInt(count)]));
    expect(manifest.ekv).toEqual({ version: 1, partial: counts });
    expect(readdirSync(join(folder, 'tree', part)).length).toBeGreaterThan(0);
  });

  test('gives a tree that can be encoded, with a doubt that a strict run refuses', () => {
    decode(name, { salvage: true });
    const request = publishRequest(folder, { adapters: [...ADAPTER_NAMES], selfTest: true });
    expect(attempt(request).warnings?.filter(({ doubt }) => doubt)).toMatchObject([{ event: 'partial_dump' }]);
    expect(attempt({ ...request, strict: true }).error?.message).toMatch(/^--strict: .*partial_dump/);
  });
});

test('the mark of a dump that is not complete stays with its data: to the snapshot, and to the dump made of that', () => {
  decode('one-bad-row', { salvage: true });
  const request = publishRequest(folder, { adapters: [...ADAPTER_NAMES], selfTest: true });
  expect(attempt(request).result?.outcome).toBe('published');
  const ekv = { version: 1, partial: { rows: 1n } };
  const sidecar = `${request.output}.encode_info.json`;
  expect(readEncodeInfo(readFileSync(sidecar), sidecar).ekv).toEqual(ekv);
  const { result, warnings } = decode('', { input: request.output, output: join(folder, 'again') });
  expect(result?.partial).toBeUndefined();
  expect(warnings).toMatchObject([{ event: 'incomplete_source', loss: true }]);
  expect(readManifest(readFileSync(join(folder, 'again/MANIFEST.json')), 'MANIFEST.json').ekv).toEqual(ekv);
  const again = attempt({ ...request, input: join(folder, 'again'), output: join(folder, 'place/again.fsm') });
  expect(again.warnings.map(({ event }) => event)).toContain('partial_dump');
});

test('what belongs to a damaged row is counted in result, warnings and manifest', () => {
  const path = join(folder, 'in.fsm');
  const item = (key: string) => ({ key: `!ddb|item|dA|1|${key}\0\x01`, value: Buffer.from('\0DI\x01') });
  const table = { key: '!ddb|meta|table|dA', value: Buffer.from('broken') };
  writeFileSync(path, snapshotBytes([item('a'), item('b'), table, stringEntry('s', 'text')]));
  const { result, warnings } = decode('', { input: path, salvage: true });
  expect(result?.partial).toEqual({ rows: 1, orphans: 2 });
  expect(salvageEvents(warnings)).toEqual([
    ['salvage_rows', true],
    ['salvage_orphans', true],
  ]);
  const manifest = readManifest(readFileSync(join(folder, 'tree/MANIFEST.json')), 'MANIFEST.json');
  expect(manifest.ekv?.partial).toEqual({ rows: 1n, orphans: 2n });
});

test('to salvage and to be strict contradict each other', () => {
  expect(decode('one-hole', { salvage: true, strict: true }).error).toBeInstanceOf(UsageError);
});

test('a file that turns out whole is an ordinary decode', () => {
  const input = fileURLToPath(new URL('../../../../fixtures/golden/live/all-four/out.fsm', import.meta.url));
  const { result, warnings } = decode('', { input, salvage: true });
  expect(result?.partial).toBeUndefined();
  expect(salvageEvents(warnings)).toEqual([]);
  expect(readManifest(readFileSync(join(folder, 'tree/MANIFEST.json')), 'MANIFEST.json').ekv).toBeUndefined();
});
