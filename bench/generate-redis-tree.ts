import { parseArgs } from 'node:util';
import { StagedTree } from '@ekv/dump-tree';
import { ScratchFolder } from '@ekv/snapshot';
import { wholeNumber } from './options.ts';
import { manifest } from './redis-tree/manifest.ts';
import { type RedisTreeShape, writeRedisTree } from './redis-tree/redis-tree.ts';

/** What a tree holds, MANIFEST.json and CHECKSUMS not counted. */
export interface TreeSize {
  readonly files: number;
  readonly bytes: number;
}

/**
 * Writes the dump tree that decoding a snapshot of this shape would give: the same options, the same bytes. Of 100 keys 80
 * are strings, 6 hashes, 4 sorted sets, 4 lists, 4 sets, 1 stream, 1 HyperLogLog.
 *
 * @param target a folder that does not exist, or is empty.
 */
export function generateRedisTree(target: string, shape: RedisTreeShape): TreeSize {
  const scratch = new ScratchFolder();
  const tree = StagedTree.create(target, { scratch });
  try {
    writeRedisTree(shape, tree, scratch);
    tree.publish(manifest());
    return { files: tree.files, bytes: tree.bytes };
  } finally {
    tree.abandon();
    scratch.remove();
  }
}

if (import.meta.main) {
  const { values, positionals } = parseArgs({
    allowPositionals: true,
    options: {
      records: { type: 'string', default: '20000' },
      'value-bytes': { type: 'string', default: '100' },
      seed: { type: 'string', default: '1' },
    },
  });
  if (positionals.length !== 1) throw new Error('name one folder to write, which must not exist');
  const start = performance.now();
  const { files, bytes } = generateRedisTree(positionals[0]!, {
    records: wholeNumber('records', values.records),
    valueBytes: wholeNumber('value-bytes', values['value-bytes']),
    seed: wholeNumber('seed', values.seed),
  });
  console.log(`${files} files, ${bytes} bytes, ${((performance.now() - start) / 1000).toFixed(1)} s`);
}
