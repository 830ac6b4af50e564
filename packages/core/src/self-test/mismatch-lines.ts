import { escapePath } from '@ekv/dump-tree';

/** Lines of one adapter in a report; docs/format/08-cli.md, section 6.4. */
export const MOST_LINES = 64;
/** Lines held before the highest ones are dropped. */
const HELD = 1024;

type Kind = 'missing in scratch' | 'missing in input' | 'bytes differ';

/** What differs between a tree and what was decoded from its snapshot: a line per file, in bounded memory. */
export class MismatchLines {
  readonly #explanations = new Map<string, string>();
  #lines: string[] = [];
  #count = 0;
  #formatted = 0;
  #firstFormatted = '';

  /** Files that differ in white space alone, whether that is a difference or not. */
  get formatted(): number {
    return this.#formatted;
  }

  /** Path of the first of these, for people; empty when there is none. */
  get firstFormatted(): string {
    return this.#firstFormatted;
  }

  /** @param path byte string below the root, of a file that differs in white space alone. */
  countFormatted(path: string): void {
    if (this.#formatted++ === 0) this.#firstFormatted = escapePath(path);
  }

  /** Differing files. */
  get count(): number {
    return this.#count;
  }

  /** @param path byte string below the root. */
  add(path: string, kind: Kind): void {
    this.#count++;
    this.#lines.push(`${escapePath(path)} (${kind})`);
    if (this.#lines.length >= HELD) this.#lines = this.sorted().slice(0, MOST_LINES);
  }

  /** Says how a file differs, for people; kept for the first few. */
  explain(path: string, how: string): void {
    if (this.#explanations.size < HELD) this.#explanations.set(escapePath(path), how);
  }

  /** All lines, or as many as a report needs, in the order of their bytes (byte strings). */
  sorted(): string[] {
    return this.#lines.sort((a, b) => (a < b ? -1 : a > b ? 1 : 0));
  }

  /** The first line, with how its file differs where that is known. */
  first(): string | undefined {
    const line = this.sorted()[0];
    if (line === undefined) return undefined;
    const how = this.#explanations.get(line.slice(0, line.lastIndexOf(' (')));
    return how === undefined ? line : `${line}: ${how}`;
  }
}
