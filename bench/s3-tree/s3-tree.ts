import { hash } from 'node:crypto';
import { keymapLine, type TreeSink } from '@ekv/dump-tree';
import { Dice } from '../redis-tree/dice.ts';
import { ValuePool, WORDS } from '../redis-tree/value-pool.ts';

const BUCKETS = ['photos', 'logs-archive'] as const;
const SIDECAR = '.elastickv-meta.json';
/** Objects of 100 that are in the first bucket. */
const FIRST_SHARE = 60;
const FOLDER_OBJECTS = 100;
const FORMS = [
  ['jpg', 'image/jpeg'],
  ['json', 'application/json'],
  ['txt', 'text/plain; charset=utf-8'],
  ['bin', 'application/octet-stream'],
] as const;
const FROM_MS = Date.UTC(2026, 0, 1);
const YEAR_MS = 365 * 86_400_000;
/** One body in this many is empty. */
const EMPTY_SHARE = 1024;
/** An object that is also the folder of others. */
const LEAF = '2020/01';

export interface S3TreeShape {
  /** Number of objects. */
  readonly records: number;
  /** Mean length of a body. */
  readonly valueBytes: number;
  /** Changes names and bodies. */
  readonly seed: number;
}

/** Writes the `s3/` folder of a generated tree. */
export function writeS3Tree(shape: S3TreeShape, sink: TreeSink): void {
  const first = Math.floor((shape.records * FIRST_SHARE) / 100);
  const objects = new ObjectFiles(shape, sink);
  BUCKETS.forEach((bucket, i) => {
    objects.bucket(bucket, i);
    for (let record = 0; record < (i === 0 ? first : shape.records - first); record++)
      objects.object(bucket, i, record);
  });
}

class ObjectFiles {
  readonly #sink: TreeSink;
  readonly #valueBytes: number;
  readonly #dice: Dice;
  readonly #pool: ValuePool;

  constructor({ valueBytes, seed }: S3TreeShape, sink: TreeSink) {
    this.#sink = sink;
    this.#valueBytes = valueBytes;
    this.#dice = new Dice(seed);
    this.#pool = new ValuePool(seed, valueBytes * 2 + 1024);
  }

  bucket(name: string, number: number): void {
    const fields = { format_version: 1, name, owner: 'bench', region: 'us-east-1', acl: 'private' };
    this.#sink.file(`s3/${name}/_bucket.json`, Buffer.from(JSON.stringify(fields, null, 2)));
    if (number > 0) return;
    const encoded = `${LEAF}.elastickv-leaf-data`;
    this.#dice.begin(40, 0);
    this.#write(`s3/${name}/${encoded}`, this.#body(3), 3);
    const lines = this.#sink.lines(`s3/${name}/KEYMAP.jsonl`);
    lines.write(keymapLine({ encoded, original: Buffer.from(LEAF), kind: 's3-leaf-data' }));
    lines.close();
  }

  object(bucket: string, number: number, record: number): void {
    this.#dice.begin(41 + number, record);
    const day = Math.floor(record / FOLDER_OBJECTS);
    const folder = `${2020 + Math.floor(day / 336)}/${twoDigits((Math.floor(day / 28) % 12) + 1)}/${twoDigits((day % 28) + 1)}`;
    const form = this.#dice.below(FORMS.length);
    const name = `${this.#dice.pick(WORDS)} ${String(record).padStart(8, '0')}.${FORMS[form]![0]}`;
    this.#write(`s3/${bucket}/${folder}/${name}`, this.#body(form), form);
  }

  #body(form: number): Buffer {
    const dice = this.#dice;
    if (dice.oneIn(EMPTY_SHARE)) return Buffer.alloc(0);
    const length = (this.#valueBytes >> 1) + dice.below(this.#valueBytes + 1);
    return form === 1 || form === 2 ? this.#pool.text(dice, length) : this.#pool.binary(dice, length);
  }

  #write(path: string, body: Buffer, form: number): void {
    const dice = this.#dice;
    const modified = new Date(FROM_MS + dice.below(YEAR_MS)).toISOString();
    const fields = {
      format_version: 1,
      etag: hash('md5', body, 'hex'),
      size_bytes: body.length,
      last_modified: modified.endsWith('.000Z') ? modified.replace('.000Z', 'Z') : modified.replace(/0*Z$/, 'Z'),
      content_type: FORMS[form]![1],
      ...(dice.oneIn(2) && { cache_control: `max-age=${dice.below(86_400)}` }),
      ...(dice.oneIn(8) && { user_metadata: { camera: dice.pick(WORDS), owner: `team ${dice.below(50)}` } }),
    };
    this.#sink.file(path, body);
    this.#sink.file(path + SIDECAR, Buffer.from(JSON.stringify(fields, null, 2)));
  }
}

function twoDigits(value: number): string {
  return String(value).padStart(2, '0');
}
