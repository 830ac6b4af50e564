import { parseArgs } from 'node:util';
import { StagedTree } from '@ekv/dump-tree';
import { ScratchFolder } from '@ekv/snapshot';
import type { TreeSize } from './generate-redis-tree.ts';
import { wholeNumber } from './options.ts';
import { manifest } from './redis-tree/manifest.ts';
import { type S3TreeShape, writeS3Tree } from './s3-tree/s3-tree.ts';

/**
 * Writes the dump tree that decoding a snapshot of this shape would give: the same options, the same bytes. Of 100 objects
 * 60 are in one bucket and 40 in another, in folders of up to 100.
 *
 * @param target a folder that does not exist, or is empty.
 */
export function generateS3Tree(target: string, shape: S3TreeShape): TreeSize {
  const scratch = new ScratchFolder();
  const tree = StagedTree.create(target, { scratch });
  try {
    writeS3Tree(shape, tree);
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
  const { files, bytes } = generateS3Tree(positionals[0]!, {
    records: wholeNumber('records', values.records),
    valueBytes: wholeNumber('value-bytes', values['value-bytes']),
    seed: wholeNumber('seed', values.seed),
  });
  console.log(`${files} files, ${bytes} bytes, ${((performance.now() - start) / 1000).toFixed(1)} s`);
}
