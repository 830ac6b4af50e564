import { closeSync, ftruncateSync, mkdirSync, openSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { copyFloor, digestFloor, digestOf, sequentialReadFloor } from './floors.ts';
import type { TreeSize } from './generate-tree.ts';
import { MeasuredCase } from './measured-case.ts';
import { manifest } from './redis-tree/manifest.ts';
import type { Floors } from './steps.ts';
import { addTimes, type Times } from './times.ts';

const BODY = 's3/bucket/body';

/** Writes a tree with one object, sparse, its MD5 as etag. @param tree a folder that does not exist. */
export function makeLargeObject(tree: string, bytes: number): TreeSize {
  const body = join(tree, BODY);
  mkdirSync(join(tree, 's3/bucket'), { recursive: true });
  const fd = openSync(body, 'wx');
  ftruncateSync(fd, bytes);
  closeSync(fd);
  const sidecar = { format_version: 1, etag: digestOf(body, 'md5'), size_bytes: bytes };
  const bucket = { format_version: 1, name: 'bucket' };
  const files: Readonly<Record<string, string | Buffer>> = {
    [`${BODY}.elastickv-meta.json`]: JSON.stringify(sidecar, null, 2),
    's3/bucket/_bucket.json': JSON.stringify(bucket, null, 2),
    'MANIFEST.json': manifest(),
  };
  for (const [path, content] of Object.entries(files)) writeFileSync(join(tree, path), content);
  const sums = [BODY, ...Object.keys(files)].sort().map((path) => `${digestOf(join(tree, path), 'sha256')}  ${path}\n`);
  writeFileSync(join(tree, 'CHECKSUMS'), sums.join(''));
  return { files: 3, bytes };
}

/** A tree with one large object. Its floor is the slowest of what can be done at the same time. */
export class LargeObjectCase extends MeasuredCase {
  protected async floors(snapshot: string): Promise<Floors> {
    const body = join(this.treePath, BODY);
    const copy = copyFloor(body, this.outputs.fresh('copy'));
    const sha256 = digestFloor(body, 'sha256');
    const md5 = digestFloor(body, 'md5');
    const readSnapshot = sequentialReadFloor(snapshot);
    const slowest = [copy, sha256, md5].reduce((a, b): Times => (a.wall > b.wall ? a : b));
    return {
      'copy and flush': copy,
      'SHA-256': sha256,
      MD5: md5,
      'read a snapshot': readSnapshot,
      'encode floor': slowest,
      'decode floor': slowest,
      'self-test floor': addTimes(slowest, readSnapshot),
    };
  }
}
