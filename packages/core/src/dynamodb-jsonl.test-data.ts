import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { AdapterName } from '@ekv/manifest';
import { picture, plant, temporaryFolder } from '@ekv/test-support/temporary-folder';
import type { DecodeRequest, DecodeResult } from './decode/decode-request.ts';
import { decodeSnapshot } from './decode/decode-snapshot.ts';
import { NO_EXCLUSIONS, plantDump } from './dump.test-data.ts';
import { type Attempt, attempt, publishRequest } from './publish/publish-request.test-data.ts';
import type { PublishRequest } from './publish/publish-request.ts';

const DYNAMODB: readonly AdapterName[] = ['dynamodb'];
export const PART_BYTES = 4096;
/** Of each of the larger tables, which so have several parts. */
export const ITEMS = 30;
const FILLER = 'filler '.repeat(60);

export const schema = (name: string, type: string, more: object = {}) =>
  JSON.stringify({
    format_version: 1,
    table_name: name,
    primary_key: { hash_key: { name: 'id' } },
    attribute_definitions: [{ name: 'id', type }],
    ...more,
  });
const base64 = (text: string) => Buffer.from(text).toString('base64');

/** Tables of all kinds of keys, one without items, one with one, and an item that is longer than a part. */
const FILES: Record<string, string> = {
  'dynamodb/empty/_schema.json': schema('empty', 'S'),
  'dynamodb/one/_schema.json': schema('one', 'S'),
  'dynamodb/one/items/a.json': '{"id": {"S": "a<b>&\\u2028"}}',
  'dynamodb/long/_schema.json': schema('long', 'S'),
  ...table('text', 'S', (number) => `{"S":"k${number}"}`),
  ...table('number', 'N', (number) => `{"N":"${number % 2 ? -number : number / 2}"}`),
  ...table('binary', 'B', (number) => `{"B":"${base64(`\0${number}`)}"}`),
};
for (const name of ['b', 'a', 'c']) {
  const filler = name === 'b' ? 'x'.repeat(2 * PART_BYTES) : 'y';
  FILES[`dynamodb/long/items/${name}.json`] = `{"id":{"S":"${name}"},"filler":{"S":"${filler}"}}`;
}

function table(name: string, type: string, keyOf: (number: number) => string): Record<string, string> {
  const files: Record<string, string> = { [`dynamodb/${name}/_schema.json`]: schema(name, type) };
  for (let i = 1; i <= ITEMS; i++) {
    files[`dynamodb/${name}/items/f${i}.json`] =
      `{"id": ${keyOf(i)}, "list": {"L": [{"NULL": true}, {"M": {}}]}, "filler": {"S": "${FILLER}"}}`;
  }
  return files;
}

/** A folder in which trees of DynamoDB tables are encoded and decoded. */
export class TablesPlace {
  readonly folder = temporaryFolder();

  constructor() {
    for (const name of ['scratch', 'place']) mkdirSync(join(this.folder, name));
  }

  /** Makes `tree`, with a file for each item. */
  plantTree(files = FILES): void {
    plantDump(join(this.folder, 'tree'), files, { adapters: DYNAMODB });
    if (files === FILES) mkdirSync(join(this.folder, 'tree/dynamodb/empty/items'));
  }

  /** Encodes a tree. @returns what came of it, and the bytes of the snapshot. */
  encoded(tree: string, more: Partial<PublishRequest> = {}): Attempt & { snapshot?: Buffer } {
    const request = { adapters: DYNAMODB, input: join(this.folder, tree), selfTest: true, ...more };
    const run = attempt(publishRequest(this.folder, request));
    return run.result?.outcome === 'published' ? { ...run, snapshot: readFileSync(run.result.output) } : run;
  }

  /** Decodes the snapshot that was encoded last. */
  decoded(output: string, more: Partial<DecodeRequest> = {}): DecodeResult {
    return decodeSnapshot({
      input: join(this.folder, 'place/out.fsm'),
      output: join(this.folder, output),
      adapters: DYNAMODB,
      exclusions: NO_EXCLUSIONS,
      toolVersion: 'ekv/test',
      dynamodbLayout: 'jsonl',
      dynamodbPartBytes: PART_BYTES,
      ...more,
    });
  }

  /** Makes `lines`, a tree in the layout `jsonl`. @returns the snapshot that it comes from. */
  plantLines(): Buffer {
    made ??= madeOnce();
    plant(this.folder, made.lines);
    mkdirSync(this.itemsOf('empty'));
    writeFileSync(join(this.folder, 'place/out.fsm'), made.snapshot);
    return made.snapshot;
  }

  /** Where the files of a table lie. */
  itemsOf(name: string): string {
    return join(this.folder, 'lines/dynamodb', name, 'items');
  }

  /** The files of a table by number. */
  partsOf(name: string): string[] {
    return readdirSync(this.itemsOf(name)).sort();
  }

  /** The items of a table. */
  linesOf(name: string): string[] {
    const contents = this.partsOf(name).map((part) => readFileSync(join(this.itemsOf(name), part), 'utf8'));
    return contents.flatMap((content) => content.split('\n').slice(0, -1));
  }
}

/** What the tests of a file begin with, made by the first of them. */
let made: { readonly lines: Readonly<Record<string, Buffer>>; readonly snapshot: Buffer } | undefined;

function madeOnce(): NonNullable<typeof made> {
  const place = new TablesPlace();
  place.plantTree();
  const { snapshot, error } = place.encoded('tree', { selfTest: false });
  if (error !== undefined) throw error;
  place.decoded('lines');
  const files = Object.entries(picture(join(place.folder, 'lines'))).filter(([, content]) => content !== 'folder');
  return {
    lines: Object.fromEntries(files.map(([path, text]) => [`lines/${path}`, Buffer.from(text, 'latin1')])),
    snapshot: snapshot!,
  };
}
