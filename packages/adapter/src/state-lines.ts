import { type JsonReader, JsonSequence, type TreeSource } from '@ekv/dump-tree';
import { KEY_CAP, VALUE_CAP } from '@ekv/snapshot';

/** Folder of a tree for what the adapters' own folders have no place for. docs/format/12-whole-state.md, section 1. */
export const STATE_FOLDER = 'ekv';

/** Text around a key and a value in base64. */
const FIELDS_AROUND = 64;
/** Longest line that encode reads: one that holds the largest row. */
export const LONGEST_STATE_LINE: number = Math.ceil(((KEY_CAP + VALUE_CAP) * 4) / 3) + FIELDS_AROUND;

/** A line of a file of the whole state, while it is looked at. */
export interface StateLine {
  /** File and line, for people. */
  readonly shown: string;
  /** The JSON text; valid until the next line is read. */
  readonly text: Buffer;
  /**
   * Lines ascend by the keys of the rows they stand for, and no two stand for the same: fails when this one does not follow the one
   * before.
   *
   * @param order `encoded`: as rows with versions behind their keys are ordered, where either of two keys comes first of which one
   * begins with the other.
   */
  ascend(key: Buffer, order?: 'stored' | 'encoded'): void;
  /** A complaint about the line. */
  fail(rule: string): never;
}

/** Reads the value of a field. */
type ReadField = (reader: JsonReader) => void;

/** How the lines of a file are read. */
export interface StateLineForm {
  /** Path relative to the root. */
  readonly path: string;
  /** By name of a field: reads its value. All other names are refused. */
  readonly fields: Readonly<Record<string, ReadField>>;
  /** Forgets the line before. */
  readonly begin: () => void;
  /** Takes a line, all of whose fields were read. */
  readonly take: (line: StateLine) => void;
}

/**
 * Reads a file of the whole state, an object a line, one line in memory at a time; docs/format/12-whole-state.md, section 2. Nothing
 * is read when there is no such file. Throws DataError, with file, line and column, at the first line that breaks a rule: no two
 * tools write such files, and a field that is not known would be lost.
 */
export function readStateLines(tree: TreeSource, reader: JsonReader, form: StateLineForm): void {
  const file = tree.openOptional(form.path, 'recorded of JSON');
  if (file === undefined) return;
  try {
    const sequence = new JsonSequence(file, reader, LONGEST_STATE_LINE);
    const line = new LineAtHand(reader, file.name);
    const onField = (field: string) => {
      const read = Object.hasOwn(form.fields, field) ? form.fields[field] : undefined;
      if (read === undefined)
        return reader.failAtMark(reader.mark(), `${form.path} knows no field ${JSON.stringify(field)}`);
      read(reader);
    };
    while (sequence.next()) {
      form.begin();
      line.begin();
      reader.object(onField, 'a line');
      form.take(line);
    }
  } finally {
    file.close();
  }
}

class LineAtHand implements StateLine {
  readonly #reader: JsonReader;
  readonly #path: string;
  #start = 0;
  #previous: Buffer | undefined;

  constructor(reader: JsonReader, path: string) {
    this.#reader = reader;
    this.#path = path;
  }

  begin(): void {
    this.#start = this.#reader.mark();
  }

  get shown(): string {
    return `${this.#path}:${this.#reader.lineAt(this.#start)}`;
  }

  get text(): Buffer {
    return this.#reader.between(this.#start, this.#reader.mark());
  }

  ascend(key: Buffer, order: 'stored' | 'encoded' = 'stored'): void {
    const previous = this.#previous;
    this.#previous = Buffer.from(key);
    if (previous === undefined) return;
    const difference = Buffer.compare(key, previous);
    if (difference === 0) this.fail('it stands for the same row as the line before; remove one of them');
    if (difference > 0 || (order === 'encoded' && beginsWith(previous, key))) return;
    this.fail('it is out of order: lines ascend by the bytes of the keys of the rows they stand for');
  }

  fail(rule: string): never {
    return this.#reader.failAtMark(this.#start, rule);
  }
}

function beginsWith(bytes: Buffer, start: Buffer): boolean {
  return bytes.subarray(0, start.length).equals(start);
}

/** The bytes of a field in base64, URL alphabet, no padding; no other text means the same bytes. */
export function readStateBytes(reader: JsonReader, field: string): Buffer {
  const text = reader.stringBytes(`"${field}"`);
  const bytes = Buffer.from(text.toString('latin1'), 'base64url');
  if (bytes.toString('base64url') === text.toString('latin1')) return bytes;
  return reader.fail(`"${field}" must be base64 of the URL alphabet without padding`);
}
