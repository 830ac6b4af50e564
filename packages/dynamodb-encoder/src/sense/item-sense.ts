import type { FindingKind, Findings } from '@ekv/snapshot';
import { shownText } from '../layout/shown-text.ts';
import { type Attribute, SERVED_LEVELS, type StoredValue } from '../layout/stored-value.ts';
import type { TableSchema } from '../layout/table-message.ts';
import { beyondLimit, type DeclaredKey, DeclaredKeys } from './declared-keys.ts';
import { KEY_KINDS, LIMITS, NUMBERS, SETS, UNSERVABLE } from './finding-kinds.ts';
import { hasRepeatedElement } from './repeated-element.ts';
import { unusableNumber } from './usable-number.ts';

/** In bytes. */
export const LONGEST_NAME = 65_535;
/** DynamoDB counts names and values; a row has a few bytes more. */
export const LARGEST_ITEM = 400 << 10;

/** Where an item is. */
type ShownPath = string | { toString(): string };

/**
 * Counts items of a table that neither servers nor clients can use, once for each item and kind.
 * docs/format/04-dynamodb.md, section 9.5.
 */
export class ItemSense {
  readonly #findings: Findings;
  readonly #keys: DeclaredKeys;
  #path: ShownPath = '';
  #attribute: Buffer = Buffer.alloc(0);
  /** Kinds that were found in the item. */
  readonly #found: FindingKind[] = [];

  constructor(findings: Findings, schema: TableSchema) {
    this.#findings = findings;
    this.#keys = new DeclaredKeys(schema);
  }

  /** Looks at an item. @param path for people; what makes its text when it is asked for, as a rule never. @param size of the value of its row, in bytes. */
  check(path: ShownPath, attributes: readonly Attribute[], size: number): void {
    this.#path = path;
    if (this.#found.length > 0) this.#found.length = 0;
    for (const { name, value } of attributes) {
      this.#attribute = name;
      this.#checkValue(value, 0);
      const key = this.#keys.of(name);
      if (key !== undefined) this.#checkKey(key, value);
      this.#checkName(name);
    }
    if (size > LARGEST_ITEM && this.#isFirst(LIMITS))
      this.#findings.add(LIMITS, () => `${path}: the item has about ${size} bytes`);
  }

  #checkValue(value: StoredValue, level: number): void {
    switch (value.kind) {
      case 'N':
        return this.#checkNumber(value.bytes);
      case 'NULL':
        if (!value.truth) this.#add(UNSERVABLE, 'NULL is false');
        return;
      case 'SS':
      case 'NS':
      case 'BS':
        return this.#checkSet(value.kind, value.elements);
      case 'L':
        this.#checkLevel(level);
        for (const element of value.values) this.#checkValue(element, level + 1);
        return;
      case 'M':
        this.#checkLevel(level);
        for (const entry of value.entries) {
          this.#checkName(entry.name);
          this.#checkValue(entry.value, level + 1);
        }
    }
  }

  #checkNumber(bytes: Buffer): void {
    const why = unusableNumber(bytes);
    if (why !== undefined) this.#add(NUMBERS, why);
  }

  #checkSet(kind: 'SS' | 'NS' | 'BS', elements: readonly Buffer[]): void {
    if (kind === 'NS') for (const element of elements) this.#checkNumber(element);
    if (elements.length === 0) this.#add(UNSERVABLE, `${kind} is empty`);
    else if (hasRepeatedElement(kind, elements)) this.#add(SETS, `${kind} holds an element twice`);
  }

  /** @param level how many lists and maps are around a list or map. */
  #checkLevel(level: number): void {
    if (level === SERVED_LEVELS) this.#add(UNSERVABLE, `nested deeper than ${SERVED_LEVELS} levels`);
  }

  #checkName({ length }: Buffer): void {
    if (length === 0) this.#add(LIMITS, 'a name is empty');
    else if (length > LONGEST_NAME) this.#add(LIMITS, `a name has ${length} bytes`);
  }

  #checkKey(key: DeclaredKey, value: StoredValue): void {
    const { type } = key;
    if (type !== undefined && type !== value.kind)
      this.#add(KEY_KINDS, `it is ${value.kind}, its table declares ${type}`);
    const beyond = beyondLimit(key, value);
    if (beyond !== undefined) this.#add(LIMITS, beyond);
  }

  /** @param why one part of a sentence. */
  #add(kind: FindingKind, why: string): void {
    if (!this.#isFirst(kind)) return;
    this.#findings.add(kind, () => `${this.#path}, attribute ${shownText(this.#attribute)}: ${why}`);
  }

  #isFirst(kind: FindingKind): boolean {
    if (this.#found.includes(kind)) return false;
    this.#found.push(kind);
    return true;
  }
}
