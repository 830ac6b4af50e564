import { createHash } from 'node:crypto';
import { closeSync, ftruncateSync, mkdirSync, openSync, readSync, rmSync, writeFileSync, writeSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { measureProcess } from './measured-process.ts';
import { manifest } from './redis-tree/manifest.ts';
import { type Times, timed } from './times.ts';

const BLOCK = Buffer.allocUnsafe(1 << 20);
const GIB = 2 ** 30;
const MIB = 2 ** 20;
const ROOT = join(import.meta.dirname, '..');

/** Reads a file from end to end in pieces of a MiB. */
function eachPiece(path: string, take: (piece: Buffer) => void): void {
  const fd = openSync(path, 'r');
  for (let read = readSync(fd, BLOCK); read > 0; read = readSync(fd, BLOCK)) take(BLOCK.subarray(0, read));
  closeSync(fd);
}

/** SHA-256 and a copy: what no program can do without. */
function floor(from: string, to: string): Times {
  const [, times] = timed(() => {
    const sha256 = createHash('sha256');
    const fd = openSync(to, 'w');
    eachPiece(from, (piece) => {
      sha256.update(piece);
      for (let at = 0; at < piece.length; ) at += writeSync(fd, piece, at);
    });
    closeSync(fd);
  });
  rmSync(to);
  return times;
}

/** A tree with one sparse body. */
function makeTree(tree: string, bytes: number, etag: string): string {
  const body = join(tree, 's3/bucket/body');
  mkdirSync(join(tree, 's3/bucket'), { recursive: true });
  const fd = openSync(body, 'wx');
  ftruncateSync(fd, bytes);
  closeSync(fd);
  const md5 = createHash('md5');
  if (etag === 'md5') eachPiece(body, (piece) => md5.update(piece));
  const fields = { format_version: 1, ...(etag === 'md5' && { etag: md5.digest('hex') }), size_bytes: bytes };
  writeFileSync(`${body}.elastickv-meta.json`, JSON.stringify(fields, null, 2));
  writeFileSync(join(tree, 's3/bucket/_bucket.json'), '{\n  "format_version": 1,\n  "name": "bucket"\n}');
  writeFileSync(join(tree, 'MANIFEST.json'), manifest());
  return body;
}

function report(name: string, { wall, cpu }: Times, peakBytes?: number): void {
  const peak = peakBytes === undefined ? '' : `, peak ${(peakBytes / MIB).toFixed(0)} MiB`;
  console.log(`${name.padEnd(22)} ${wall.toFixed(1)} s, cpu ${cpu.toFixed(1)} s${peak}`);
}

const { values } = parseArgs({
  options: {
    gib: { type: 'string', default: '8' },
    etag: { type: 'string', default: 'md5' },
    folder: { type: 'string', default: join(import.meta.dirname, 'data/large-object') },
  },
});
const folder = resolve(values.folder);
try {
  const body = makeTree(join(folder, 'tree'), Number(values.gib) * GIB, values.etag);
  report('SHA-256 and copy', floor(body, join(folder, 'copy')));
  for (const [program, input, output] of [
    ['encode', 'tree', 'snapshot.fsm'],
    ['decode', 'snapshot.fsm', 'decoded'],
  ] as const) {
    const paths = ['--input', join(folder, input), '--output', join(folder, output)];
    const main = join(ROOT, `apps/${program}-cli/dist/main.js`);
    const figures = await measureProcess([process.execPath, main, ...paths, '--adapter', 's3', '--quiet']);
    report(program, figures, figures.peakBytes);
    if (figures.code !== 0) throw new Error(`${program} ended with ${figures.code}: ${figures.output}`);
  }
  report('SHA-256 and copy again', floor(body, join(folder, 'copy')));
} finally {
  rmSync(folder, { recursive: true, force: true });
}
