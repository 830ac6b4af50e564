import type { JsonBytes } from '@ekv/dump-tree';
import { KIND_TAG } from '../layout/message-tags.ts';
import { MessageWalk } from '../layout/message-walk.ts';
import { bracketsOf, COMPACT, type KindBrackets } from './item-brackets.ts';

/**
 * Writes the JSON of items straight from the values of their rows, where `CanonicalMessage` read these: the same bytes that
 * item-json.ts writes of their attributes.
 */
export class MessageJson extends MessageWalk {
  readonly #json: JsonBytes;

  constructor(json: JsonBytes) {
    super();
    this.#json = json;
  }

  /** The whole file, see `writeItem`. */
  item(bytes: Buffer, start: number, end: number): void {
    this.#json.reset();
    this.begin(bytes, start, end);
    this.#entries(end, 0);
  }

  /** A line with its line feed, see `writeItemLine`. */
  line(bytes: Buffer, start: number, end: number): void {
    this.#json.reset();
    this.begin(bytes, start, end);
    this.#entries(end, COMPACT);
    this.#json.text('\n');
  }

  #entries(end: number, level: number): void {
    const json = this.#json;
    if (this.at === end) return json.text('{}');
    const { brace, comma, end: close } = bracketsOf(level);
    const { fields } = bracketsOf(level + 1);
    let before = brace;
    while (this.at < end) {
      json.text(before);
      before = comma;
      this.fieldEnd();
      this.#string(this.fieldEnd());
      this.#value(this.fieldEnd(), level + 1, fields);
    }
    json.text(close);
  }

  /** An object with the kind as its one name. @param kinds how it begins. */
  #value(end: number, level: number, kinds: KindBrackets): void {
    const json = this.#json;
    switch (this.bytes[this.at]) {
      case KIND_TAG.S:
        json.text(kinds.S);
        this.#string(this.fieldEnd());
        break;
      case KIND_TAG.N:
        json.text(kinds.N);
        this.#string(this.fieldEnd());
        break;
      case KIND_TAG.B:
        json.text(kinds.B);
        this.#base64(this.fieldEnd());
        break;
      case KIND_TAG.BOOL:
        json.text(kinds.BOOL);
        this.#truth(end);
        break;
      case KIND_TAG.NULL:
        json.text(kinds.NULL);
        this.#truth(end);
        break;
      case KIND_TAG.SS:
        json.text(kinds.SS);
        this.#strings(this.fieldEnd(), level + 1);
        break;
      case KIND_TAG.NS:
        json.text(kinds.NS);
        this.#strings(this.fieldEnd(), level + 1);
        break;
      case KIND_TAG.BS:
        json.text(kinds.BS);
        this.#binaries(this.fieldEnd(), level + 1);
        break;
      case KIND_TAG.L:
        json.text(kinds.L);
        this.#list(this.fieldEnd(), level + 1);
        break;
      default:
        json.text(kinds.M);
        this.#entries(this.fieldEnd(), level + 1);
    }
    json.text(bracketsOf(level).end);
  }

  #truth(end: number): void {
    this.#json.text(this.bytes[end - 1] === 0 ? 'false' : 'true');
    this.at = end;
  }

  #strings(end: number, level: number): void {
    const json = this.#json;
    if (this.at === end) return json.text('[]');
    const { bracket, comma, endOfArray } = bracketsOf(level);
    for (let before = bracket; this.at < end; before = comma) {
      json.text(before);
      this.#string(this.fieldEnd());
    }
    json.text(endOfArray);
  }

  #binaries(end: number, level: number): void {
    const json = this.#json;
    if (this.at === end) return json.text('[]');
    const { bracket, comma, endOfArray } = bracketsOf(level);
    for (let before = bracket; this.at < end; before = comma) {
      json.text(before);
      this.#base64(this.fieldEnd());
    }
    json.text(endOfArray);
  }

  #list(end: number, level: number): void {
    const json = this.#json;
    if (this.at === end) return json.text('[]');
    const { bracket, comma, endOfArray } = bracketsOf(level);
    const { elements } = bracketsOf(level + 1);
    for (let before = bracket; this.at < end; before = comma) {
      json.text(before);
      this.#value(this.fieldEnd(), level + 1, elements);
    }
    json.text(endOfArray);
  }

  #string(end: number): void {
    this.#json.string(this.bytes, this.at, end, 'html');
    this.at = end;
  }

  #base64(end: number): void {
    this.#json.base64(this.bytes, this.at, end, 'base64');
    this.at = end;
  }
}
