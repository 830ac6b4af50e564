import { LineReader } from '@ekv/dump-tree';
import type { ComparedLine, Completed } from './adapters.ts';
import { firstDifference } from './first-difference.ts';

/** A line is held whole; this is more than a value of a snapshot can become. */
const LONGEST_LINE = 2 ** 31;

/** How a line of the input is compared with the decoded one. */
export interface LineRules {
  /** What of a line counts; nothing: all of it. */
  readonly comparedLine?: ComparedLine | undefined;
  /** Fills in what was absent, first. */
  readonly completed?: Completed | undefined;
}

/** The lines of an open file of the input, compared with those that a decode writes. */
export class ComparedLines {
  readonly #lines: LineReader;
  readonly #size: number;
  readonly #rules: LineRules;
  #difference: string | undefined;

  /** @param path for messages. */
  constructor(file: { readonly fd: number; readonly size: number }, path: string, rules: LineRules) {
    this.#lines = new LineReader(file.fd, path, LONGEST_LINE);
    this.#size = file.size;
    this.#rules = rules;
  }

  /** How the files differ first, for people; `undefined` while they are the same. */
  get difference(): string | undefined {
    return this.#difference;
  }

  /** Takes the next line of the decode, with its line feed. */
  take(line: Uint8Array): void {
    if (this.#difference !== undefined) return;
    const lines = this.#lines;
    if (!lines.next()) {
      this.#difference = `${lines.number} lines in the input, more decoded`;
      return;
    }
    // The last line of the input may lack its line feed.
    const isEnded = lines.offset + lines.end - lines.start < this.#size;
    const wanted = lines.bytes.subarray(lines.start, isEnded ? lines.end + 1 : lines.end);
    if (wanted.equals(line)) return;
    const decoded = asBuffer(line);
    const { comparedLine = (line) => line, completed = (input) => input } = this.#rules;
    const [one, other] = [comparedLine(completed(wanted, decoded)), comparedLine(decoded)];
    if (one.equals(other)) return;
    this.#difference = `line ${lines.number}: ${firstDifference(one, other)}`;
  }

  /** Takes the end of what the decode writes. */
  end(): void {
    if (this.#difference !== undefined || !this.#lines.next()) return;
    this.#difference = `${this.#lines.number - 1} lines decoded, more in the input`;
  }
}

function asBuffer(bytes: Uint8Array): Buffer {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length);
}
