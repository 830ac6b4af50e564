import { closeSync, openSync, readdirSync, readFileSync, readSync } from 'node:fs';
import { join } from 'node:path';
import { CHECKSUMS_NAME, MANIFEST_NAME } from '@ekv/dump-tree';

export interface Comparison {
  /** Files that both trees have. */
  readonly files: number;
  readonly differences: number;
  /** Some of the differences, one line each. */
  readonly examples: readonly string[];
}

/** Fields of MANIFEST.json that name the run and not the data. */
const RUN_FIELDS = ['wall_time_iso', 'elastickv_version', 'snapshot_index', 'source'];

/**
 * Compares two trees: the same folders, the same files, the same bytes. Left out are the fields of MANIFEST.json that
 * name the run, and its line in CHECKSUMS.
 */
export function compareTrees(left: string, right: string): Comparison {
  const comparison = new TreeComparison(left, right);
  comparison.folder('');
  return comparison;
}

const BLOCK = 1 << 16;
const SHOWN = 10;

class TreeComparison implements Comparison {
  readonly #left: string;
  readonly #right: string;
  readonly #leftBlock = Buffer.allocUnsafeSlow(BLOCK);
  readonly #rightBlock = Buffer.allocUnsafeSlow(BLOCK);
  readonly examples: string[] = [];
  files = 0;
  differences = 0;

  constructor(left: string, right: string) {
    this.#left = left;
    this.#right = right;
  }

  folder(path: string): void {
    const left = list(join(this.#left, path));
    const right = list(join(this.#right, path));
    for (const [name, kind] of left) {
      const inside = path === '' ? name : `${path}/${name}`;
      const other = right.get(name);
      if (other === undefined) this.#differs(`only in ${this.#left}: ${inside}`);
      else if (other !== kind) this.#differs(`${kind} in ${this.#left}, ${other} in ${this.#right}: ${inside}`);
      else if (kind === 'folder') this.folder(inside);
      else this.#file(inside);
    }
    for (const name of right.keys()) {
      if (!left.has(name)) this.#differs(`only in ${this.#right}: ${path === '' ? name : `${path}/${name}`}`);
    }
  }

  #file(path: string): void {
    this.files++;
    const left = join(this.#left, path);
    const right = join(this.#right, path);
    if (!this.#same(path, left, right)) this.#differs(`other bytes: ${path}`);
  }

  #same(path: string, left: string, right: string): boolean {
    if (path === MANIFEST_NAME) return dataFields(left) === dataFields(right);
    if (path === CHECKSUMS_NAME) return dataLines(left).equals(dataLines(right));
    return this.#sameBytes(left, right);
  }

  #sameBytes(left: string, right: string): boolean {
    const a = openSync(left, 'r');
    const b = openSync(right, 'r');
    try {
      for (;;) {
        const length = readSync(a, this.#leftBlock);
        if (length !== readSync(b, this.#rightBlock)) return false;
        if (this.#leftBlock.compare(this.#rightBlock, 0, length, 0, length) !== 0) return false;
        if (length < BLOCK) return true;
      }
    } finally {
      closeSync(a);
      closeSync(b);
    }
  }

  #differs(line: string): void {
    this.differences++;
    if (this.examples.length < SHOWN) this.examples.push(line);
  }
}

function list(folder: string): Map<string, 'file' | 'folder' | 'other'> {
  const entries = readdirSync(folder, { withFileTypes: true });
  return new Map(
    entries.map((entry) => [entry.name, entry.isFile() ? 'file' : entry.isDirectory() ? 'folder' : 'other']),
  );
}

/** The manifest without the fields of the run, its numbers as text. */
function dataFields(path: string): string {
  const text = readFileSync(path, 'utf8').replace(/: (\d+)/g, ': "$1"');
  const fields = Object.entries(JSON.parse(text)).filter(([name]) => !RUN_FIELDS.includes(name));
  return JSON.stringify(fields);
}

/** CHECKSUMS without the line of the manifest. */
function dataLines(path: string): Buffer {
  const bytes = readFileSync(path);
  const end = `  ${MANIFEST_NAME}\n`;
  const at = bytes.indexOf(end);
  if (at === -1) return bytes;
  return Buffer.concat([bytes.subarray(0, bytes.lastIndexOf('\n', at) + 1), bytes.subarray(at + end.length)]);
}
