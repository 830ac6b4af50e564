/**
 * The least a program does with the messages of a tree: reads all lines of `sqs/NAME/messages.jsonl`, parses each with
 * `JSON.parse`, and takes one SHA-256 over what `JSON.stringify` makes of it. Knows nothing of the format, keeps no 64-bit
 * number exact, checks nothing.
 *
 *   node bench/bare-json-lines.ts TREE
 */
import { createHash } from 'node:crypto';
import { closeSync, existsSync, openSync, readdirSync, readSync } from 'node:fs';
import { join } from 'node:path';

const BLOCK = 1 << 22;
const LINE_FEED = 0x0a;

/** @param tree root of a dump tree whose lines are shorter than 4 MiB. @returns number of lines, and the digest. */
export function bareJsonLines(tree: string): { readonly lines: number; readonly sha256: string } {
  const digest = createHash('sha256');
  const block = Buffer.allocUnsafeSlow(BLOCK);
  let lines = 0;
  for (const queue of readdirSync(join(tree, 'sqs')).sort()) {
    const path = join(tree, 'sqs', queue, 'messages.jsonl');
    if (!existsSync(path)) continue;
    const fd = openSync(path, 'r');
    let kept = 0;
    for (;;) {
      const read = readSync(fd, block, kept, BLOCK - kept, null);
      if (read === 0) break;
      const filled = kept + read;
      let start = 0;
      for (let end = block.indexOf(LINE_FEED); end !== -1 && end < filled; end = block.indexOf(LINE_FEED, start)) {
        digest.update(JSON.stringify(JSON.parse(block.toString('utf8', start, end))));
        lines++;
        start = end + 1;
      }
      block.copy(block, 0, start, filled);
      kept = filled - start;
    }
    closeSync(fd);
  }
  return { lines, sha256: digest.digest('hex') };
}

if (import.meta.main) {
  const { lines, sha256 } = bareJsonLines(process.argv[2]!);
  console.log(`${lines} lines, ${sha256}`);
}
