import type { JsonBytes, TreeSink } from '@ekv/dump-tree';
import { writeItem } from '../files/item-json.ts';
import { MessageJson } from '../files/message-json.ts';
import { type ItemPlace, itemPath } from '../files/paths.ts';
import { PlainPaths } from '../files/plain-paths.ts';
import type { Attribute } from '../layout/stored-value.ts';
import type { ItemRows } from './item-rows.ts';
import type { PlainItem } from './plain-item.ts';

/** A file for each item. docs/format/04-dynamodb.md, sections 6.2 and 7.3. */
export class ItemFiles {
  readonly #sink: TreeSink;
  readonly #json: JsonBytes;
  readonly #folder: string;
  readonly #messages: MessageJson;
  readonly #paths: PlainPaths;

  /** @param folder `items/` of the table, which comes to be even without items. */
  constructor({ sink, json }: { readonly sink: TreeSink; readonly json: JsonBytes }, folder: string) {
    this.#sink = sink;
    this.#json = json;
    this.#folder = folder;
    this.#messages = new MessageJson(json);
    this.#paths = new PlainPaths(`${folder}/`);
    sink.folder(folder);
  }

  /** @param place no two items have one. @param attributes are used before it returns. */
  add(place: ItemPlace, attributes: Attribute[]): void {
    writeItem(this.#json, attributes);
    this.#sink.file(`${this.#folder}/${itemPath(place)}`, this.#json.view());
  }

  /** As {@link add}, of the row at hand, at its ordinary place. */
  addPlain({ hash, range }: PlainItem, { at: { bytes, valueStart, valueEnd } }: ItemRows): void {
    this.#messages.item(bytes, valueStart, valueEnd);
    this.#sink.file(this.#paths.of(hash, range), this.#json.view());
  }
}
