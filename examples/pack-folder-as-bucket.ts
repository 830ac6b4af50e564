/**
 * Packs a folder as a bucket into a snapshot file: every file an object, its path the key. Then lists what the snapshot has.
 *
 *     node pack-folder-as-bucket.ts FOLDER
 *
 * Without an argument it packs a small folder of its own making. Memory does not depend on how many files there are, and how large.
 */
import { mkdirSync, utimesSync, writeFileSync } from 'node:fs';
import { Bucket } from '@ekv/s3-encoder';
import { fromFolder } from '@ekv/s3-encoder/folder';
import { s3Objects } from '@ekv/s3-encoder/read';
import { openSnapshot, writeSnapshot } from '@ekv/snapshot';

const files = fromFolder(process.argv[2] ?? sampleFolder(), {
  contentType: (key) => (key.endsWith('.txt') ? 'text/plain' : undefined),
});
const rows = new Bucket('photos', { region: 'us-east-1', acl: 'private' }).rows(files);
const { sha256 } = await writeSnapshot('photos.fsm', rows, { lastCommitTs: new Date(1767312000000), adapters: ['s3'] });
console.log(`sha256 ${sha256}`);

using snapshot = openSnapshot('photos.fsm');
for (const { key, size, etag } of s3Objects(snapshot, { bucket: 'photos' }))
  console.log(`${key}: ${size} bytes, ${etag}`);

/** A folder to pack when none was named. */
function sampleFolder(): string {
  mkdirSync('photos/trips', { recursive: true });
  writeFileSync('photos/index.txt', 'two photos\n');
  writeFileSync('photos/trips/fjord.raw', Buffer.alloc((2 << 20) + 17, 'blue'));
  writeFileSync('photos/trips/empty', '');
  for (const name of ['index.txt', 'trips/fjord.raw', 'trips/empty'])
    utimesSync(`photos/${name}`, 1767312000, 1767312000);
  return 'photos';
}
