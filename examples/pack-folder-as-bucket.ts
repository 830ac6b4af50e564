/**
 * Packs a folder as a bucket into a snapshot file: every file an object, its path the key.
 *
 *     node pack-folder-as-bucket.ts FOLDER BUCKET OUTPUT.fsm
 *
 * Without arguments it packs a small folder of its own making. Bodies are read while the snapshot is written, so memory does
 * not depend on their size.
 */
import { createHash } from 'node:crypto';
import { closeSync, mkdirSync, openSync, readdirSync, readSync, statSync, utimesSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { bucketRecords, objectRecords } from '@ekv/s3-encoder';
import { type SnapshotRow, writeSnapshot } from '@ekv/snapshot';

/** The rows of the bucket. Names are bytes: a file name need not be UTF-8. */
function* recordsOf(folder: string, bucket: Buffer): Generator<SnapshotRow> {
  yield* bucketRecords({ name: bucket, region: Buffer.from('us-east-1'), acl: Buffer.from('private') });
  for (const key of keysBelow(folder)) {
    const path = Buffer.concat([Buffer.from(`${folder}/`), key]);
    const { size, mtimeMs } = statSync(path);
    yield* objectRecords(
      bucket,
      key,
      { path, offset: 0, length: size, fileBytes: size, modifiedMs: mtimeMs },
      {
        etag: Buffer.from(md5Of(path)),
        lastModifiedMs: BigInt(Math.floor(mtimeMs)),
        userMetadata: new Map([['packed-by', Buffer.from('an example')]]),
      },
    );
  }
}

/** Paths of all files below a folder, relative to it. */
function* keysBelow(folder: string, below = Buffer.alloc(0)): Generator<Buffer> {
  const path = Buffer.concat([Buffer.from(`${folder}/`), below]);
  for (const entry of readdirSync(path, { withFileTypes: true, encoding: 'buffer' })) {
    const key = Buffer.concat([below, entry.name]);
    if (entry.isDirectory()) yield* keysBelow(folder, Buffer.concat([key, Buffer.from('/')]));
    else if (entry.isFile()) yield key;
  }
}

function md5Of(path: Buffer): string {
  const md5 = createHash('md5');
  const block = Buffer.alloc(1 << 20);
  const fd = openSync(path, 'r');
  for (let read = readSync(fd, block); read > 0; read = readSync(fd, block)) md5.update(block.subarray(0, read));
  closeSync(fd);
  return md5.digest('hex');
}

/** A folder to pack when none was named. */
function sampleFolder(): string {
  mkdirSync('photos/trips', { recursive: true });
  writeFileSync('photos/index.txt', 'two photos\n');
  writeFileSync('photos/trips/fjord.raw', Buffer.alloc((2 << 20) + 17, 'blue'));
  writeFileSync('photos/trips/empty', '');
  for (const name of ['index.txt', 'trips/fjord.raw', 'trips/empty'])
    utimesSync(join('photos', name), 1767312000, 1767312000);
  return 'photos';
}

const [folder = sampleFolder(), bucket = 'photos', output = 'photos.fsm'] = process.argv.slice(2);
const { entries, bytes, sha256 } = await writeSnapshot(output, recordsOf(folder, Buffer.from(bucket)), {
  lastCommitTs: new Date(1767312000000),
  adapters: ['s3'],
});
console.log(`${output}: bucket ${bucket}, ${entries} rows, ${bytes} bytes`);
console.log(`sha256 ${sha256}`);
