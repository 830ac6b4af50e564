import { hash } from 'node:crypto';
import { mkdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import type { AdapterName } from '@ekv/manifest';
import { plant } from '@ekv/test-support/temporary-folder';
import { decodeSnapshot } from './decode/decode-snapshot.ts';
import { manifestOf, NO_EXCLUSIONS } from './dump.test-data.ts';
import { publishSnapshot } from './publish/publish-snapshot.ts';

/** Shapes of dumps whose records are all alike, so that a record more is always the same work more. */
export type EvenShape = 'strings' | 'hashes' | 'items' | 'objects' | 'messages';

type Files = Readonly<Record<string, string>>;

/** As long as most values are, and the same length for each record. */
const TEXT = 'x'.repeat(100);

const ADAPTER_OF: Readonly<Record<EvenShape, AdapterName>> = {
  strings: 'redis',
  hashes: 'redis',
  items: 'dynamodb',
  objects: 's3',
  messages: 'sqs',
};

/** What stands in a tree for record `i`; lines of one file are joined. */
const RECORD: Readonly<Record<EvenShape, (i: string) => Files>> = {
  strings: (i) => ({ [`redis/db_0/strings/key-${i}.bin`]: i + TEXT }),
  hashes: (i) => ({
    [`redis/db_0/hashes/key-${i}.json`]: `{"format_version":1,"fields":[{"name":"a","value":"${i}"},{"name":"b","value":"${TEXT}"}],"expire_at_ms":null}`,
  }),
  items: (i) => ({ [`dynamodb/t/items/id-${i}.json`]: `{"id":{"S":"id-${i}"},"n":{"N":"1"},"text":{"S":"${TEXT}"}}` }),
  objects: (i) => ({
    [`s3/b/folder/${i}`]: i + TEXT,
    [`s3/b/folder/${i}.elastickv-meta.json`]: JSON.stringify({
      format_version: 1,
      etag: hash('md5', i + TEXT, 'hex'),
      size_bytes: i.length + TEXT.length,
    }),
  }),
  messages: (i) => ({
    'sqs/q/messages.jsonl': `${JSON.stringify({
      message_id: `0123456789abcdef0123456789${i}`,
      body: TEXT,
      md5_of_body: hash('md5', TEXT, 'hex'),
      send_timestamp_millis: 1_767_225_600_000 + Number(i),
      available_at_millis: 1_767_225_600_000 + Number(i),
      visible_at_millis: 0,
      receive_count: 0,
      queue_generation: 1,
    })}\n`,
  }),
};

const FRAME: Partial<Record<EvenShape, Files>> = {
  items: {
    'dynamodb/t/_schema.json':
      '{"format_version":1,"table_name":"t","primary_key":{"hash_key":{"name":"id","type":"S"},"range_key":null},"attribute_definitions":null,"global_secondary_indexes":null}',
  },
  objects: { 's3/b/_bucket.json': '{"format_version":1,"name":"b"}' },
  messages: {
    'sqs/q/_queue.json':
      '{"format_version":1,"name":"q","visibility_timeout_seconds":30,"message_retention_seconds":345600,"delay_seconds":0,"maximum_message_size":262144}',
  },
};

export interface EvenDump {
  readonly tree: string;
  readonly snapshot: string;
  readonly adapters: readonly AdapterName[];
}

/** Makes a snapshot with so many records, and the tree that decode makes of it. @param folder that does not exist. */
export function evenDump(folder: string, shape: EvenShape, records: number): EvenDump {
  const planted = join(folder, 'planted');
  const files: Record<string, string> = { ...FRAME[shape] };
  for (let i = 0; i < records; i++) {
    for (const [path, content] of Object.entries(RECORD[shape](String(100_000 + i)))) {
      files[path] = (files[path] ?? '') + content;
    }
  }
  mkdirSync(folder);
  const adapters = [ADAPTER_OF[shape]];
  plant(planted, { 'MANIFEST.json': manifestOf({ adapters }), ...files });
  const snapshot = join(folder, 'even.fsm');
  const tree = join(folder, 'tree');
  publishSnapshot({ input: planted, output: snapshot, adapters, toolVersion: 'ekv/test' });
  decodeSnapshot({ input: snapshot, output: tree, adapters, exclusions: NO_EXCLUSIONS, toolVersion: 'ekv/test' });
  rmSync(planted, { recursive: true });
  return { tree, snapshot, adapters };
}
