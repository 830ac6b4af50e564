import type { JsonBytes, TreeSink } from '@ekv/dump-tree';
import { writeItem } from '../files/item-json.ts';
import { type ItemPlace, itemPath } from '../files/paths.ts';
import type { Attribute } from '../layout/stored-value.ts';

/** Takes the items of a table, whatever they are written to. */
export interface ItemSink {
  /** @param place no two items have one. @param attributes are used before it returns. */
  add(place: ItemPlace, attributes: Attribute[]): void;
}

/** A file for each item. docs/format/04-dynamodb.md, sections 6.2 and 7.3. */
export class ItemFiles implements ItemSink {
  readonly #sink: TreeSink;
  readonly #json: JsonBytes;
  readonly #folder: string;

  /** @param folder `items/` of the table, which comes to be even without items. */
  constructor({ sink, json }: { readonly sink: TreeSink; readonly json: JsonBytes }, folder: string) {
    this.#sink = sink;
    this.#json = json;
    this.#folder = folder;
    sink.folder(folder);
  }

  add(place: ItemPlace, attributes: Attribute[]): void {
    writeItem(this.#json, attributes);
    this.#sink.file(`${this.#folder}/${itemPath(place)}`, this.#json.view());
  }
}
