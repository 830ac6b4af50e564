import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { ScratchFolder } from '@ekv/snapshot';
import { tarOf } from '@ekv/test-support/tar-file';
import { plant, temporaryFolder } from '@ekv/test-support/temporary-folder';
import { describe, expect, test } from 'vitest';
import { ARCHIVES, TREE } from '../src/archives-of-others.test-data.ts';
import { FILES, listed, textsOf } from '../src/dump.test-data.ts';
import { packTree } from '../src/pack/pack-tree.ts';
import { writeDecoded } from '../src/tree/decoded-archive.test-data.ts';
import { PLAIN_READERS, unpackedBy } from './read-by.ts';

/** Names of all kinds, and more bytes than are written at once. */
const LARGE = {
  ...FILES,
  'redis/long': 'x'.repeat(700_000),
  'sqs/q/messages.jsonl': 'm'.repeat(513),
  [`s3/b/${'deep/'.repeat(60)}\xe4 %2F`]: 'two',
  [`${'long'.repeat(30)}/${'name'.repeat(24)}`]: 'divided',
};

describe.each(PLAIN_READERS)('%s reads', (reader) => {
  test.each(['packed.tar', 'decoded.tar'])('fixtures/archives/%s', (name) => {
    expect(unpackedBy(reader, join(ARCHIVES, name)).texts).toEqual(textsOf(TREE));
  });

  test('what is packed', () => {
    expect(unpackedBy(reader, packed('none')).texts).toEqual(textsOf(listed(LARGE)));
  });

  test('what a decode writes', () => expectDecoded(reader, decoded('tar')));

  test('what stands for an archive of GNU tar in other tests', () => {
    const folder = temporaryFolder();
    const { 's3/b/\xe4 x': _, ...files } = TREE;
    plant(join(folder, 'tree'), files);
    writeFileSync(join(folder, 'a.tar'), tarOf(join(folder, 'tree'), '.'));
    expect(unpackedBy(reader, join(folder, 'a.tar')).texts).toEqual(textsOf(files));
  });
});

test('zstd and GNU tar read what is packed and what a decode writes, and so does GNU tar alone', () => {
  expect(unpackedBy('zstd and GNU tar', packed('zstd')).texts).toEqual(textsOf(listed(LARGE)));
  for (const reader of ['zstd and GNU tar', 'GNU tar'] as const) expectDecoded(reader, decoded('tar.zst'));
});

function packed(compression: 'none' | 'zstd'): string {
  const place = temporaryFolder();
  plant(join(place, 'dump'), listed(LARGE));
  packTree({ input: join(place, 'dump'), output: join(place, 'a'), compression });
  return join(place, 'a');
}

function decoded(kind: 'tar' | 'tar.zst'): string {
  const place = temporaryFolder();
  mkdirSync(join(place, 'scratch'));
  const { 'MANIFEST.json': _, ...files } = LARGE;
  const scratch = new ScratchFolder(join(place, 'scratch'), 'own');
  return writeDecoded({ path: join(place, 'a'), kind, scratch, files });
}

/** All files, the folder without any, and checksums that hold; MANIFEST.json first and CHECKSUMS last. */
function expectDecoded(reader: Parameters<typeof unpackedBy>[0], archive: string): void {
  const { folder, texts } = unpackedBy(reader, archive);
  expect(texts).toEqual({ ...textsOf(LARGE), CHECKSUMS: texts.CHECKSUMS });
  expect(existsSync(join(folder, 'dynamodb/t/items'))).toBe(true);
  execFileSync('sha256sum', ['--check', '--strict', '--quiet', 'CHECKSUMS'], { cwd: folder });
  const names = execFileSync('tar', ['-tf', archive], { encoding: 'utf8' }).trim().split('\n');
  expect([names[0], names.at(-1)]).toEqual(['MANIFEST.json', 'CHECKSUMS']);
}
