import type { ComparisonRules } from '@ekv/adapter';
import { LineReader, type LineSink, type TreeSource } from '@ekv/dump-tree';
import { blockFor } from '@ekv/snapshot';
import { CompactJson } from './json-formatting.ts';
import { RowFingerprint } from './row-fingerprint.ts';

const LONGEST_LINE = 400 << 20;
const NOTHING = Buffer.alloc(0);
const BLOCK = 1 << 16;

/** What is compared. */
interface Whole {
  /** Stands for all parts. */
  readonly name: string;
  /** Where they lie. */
  readonly folder: string;
  readonly wholeOf: NonNullable<ComparisonRules['wholeOf']>;
  /** Reads something of the input; `undefined` when it is not as encode found it. Throws EnvironmentError, TreeReadError. */
  readonly ofInput: <T>(read: () => T) => T | undefined;
}

/**
 * Lines that are divided into several files, as a set that may hold a line several times: neither their order counts nor where a
 * file ends. Decoded lines are held against the bytes of the input's file of the same name; only when one differs the input's lines
 * are read one by one.
 */
export class DividedLines {
  readonly name: string;
  readonly #tree: TreeSource;
  readonly #whole: Whole;
  readonly #decoded = new RowFingerprint();
  #decodedParts = 0;
  #isSame = true;

  constructor(tree: TreeSource, whole: Whole) {
    this.name = whole.name;
    this.#tree = tree;
    this.#whole = whole;
  }

  /** Takes the next part, line by line, each with its line feed. */
  part(path: string): LineSink {
    this.#decodedParts++;
    const { ofInput } = this.#whole;
    const file = this.#isSame ? ofInput(() => this.#tree.openOptional(path)) : undefined;
    const block = file === undefined ? NOTHING : blockFor(file, BLOCK);
    let at = 0;
    if (file === undefined) this.#isSame = false;
    return {
      write: (line) => {
        this.#decoded.add(asBuffer(line).subarray(0, -1), NOTHING);
        for (let from = 0; this.#isSame && from < line.length; from += BLOCK) {
          const piece = line.subarray(from, from + BLOCK);
          const read = ofInput(() => file!.read(at + from, block, 0, Math.min(piece.length, block.length)));
          this.#isSame = block.subarray(0, read ?? 0).equals(piece);
        }
        at += line.length;
      },
      close: () => {
        if (file === undefined) return;
        if (file.byteLength !== at) this.#isSame = false;
        file.close();
      },
    };
  }

  /** To be called once, after the last part. `formatted`: the same but for white space between values. */
  compared(): 'same' | 'formatted' | 'other' {
    const parts = this.#inputParts();
    if (this.#isSame && parts.length === this.#decodedParts) return 'same';
    const [lines, compact] = [new RowFingerprint(), new RowFingerprint()];
    for (const path of parts) {
      for (const line of this.#linesOf(path)) {
        lines.add(line, NOTHING);
        compact.add(new CompactJson().strip(line), NOTHING);
      }
    }
    if (lines.equals(this.#decoded)) return 'same';
    return compact.equals(this.#decoded) ? 'formatted' : 'other';
  }

  #inputParts(): string[] {
    const parts: string[] = [];
    for (const { name, kind } of this.#tree.entries(this.#whole.folder)) {
      const path = `${this.#whole.folder}/${name}`;
      if (kind === 'file' && this.#whole.wholeOf(path) === this.name) parts.push(path);
    }
    return parts;
  }

  *#linesOf(path: string): Generator<Buffer> {
    const file = this.#tree.openOptional(path);
    if (file === undefined) return;
    try {
      const lines = new LineReader(file, LONGEST_LINE);
      while (lines.next()) yield lines.bytes.subarray(lines.start, lines.textEnd);
    } finally {
      file.close();
    }
  }
}

function asBuffer(bytes: Uint8Array): Buffer {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length);
}
