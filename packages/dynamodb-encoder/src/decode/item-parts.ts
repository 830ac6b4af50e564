import type { TableParts } from '@ekv/adapter';
import type { LineSink, TreeSink } from '@ekv/dump-tree';
import { partName } from '../files/item-parts.ts';

/** Puts the lines of a table into files. docs/format/04-dynamodb.md, section 11.3. */
export class ItemParts {
  readonly #sink: TreeSink;
  readonly #folder: string;
  readonly #partBytes: number;
  #part: LineSink | undefined;
  #bytes = 0;
  #parts = 0;
  #items = 0;

  /**
   * @param folder `items/` of the table, which comes to be even without items. @param partBytes a part is closed before the
   * line that would take it above.
   */
  constructor(sink: TreeSink, folder: string, partBytes: number) {
    this.#sink = sink;
    this.#folder = folder;
    this.#partBytes = partBytes;
    sink.folder(folder);
  }

  /** @param line with its line feed. */
  add(line: Uint8Array): void {
    if (this.#part === undefined || this.#bytes + line.length > this.#partBytes) this.#beginPart();
    this.#part!.write(line);
    this.#bytes += line.length;
    this.#items++;
  }

  /** To be called once, after the last item. */
  end(): TableParts {
    this.#part?.close();
    return { parts: BigInt(this.#parts), items: BigInt(this.#items) };
  }

  #beginPart(): void {
    this.#part?.close();
    this.#parts++;
    this.#part = this.#sink.lines(`${this.#folder}/${partName(this.#parts)}`);
    this.#bytes = 0;
  }
}
