import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { compile, STRICTEST } from './compiled.ts';
import { Installed } from './installed.ts';
import { ENTRIES, PUBLISHED } from './published.ts';

/** Types of options and requests, each of whose optional properties takes `undefined`: programs pass on what they were not given. */
const OPTIONS = [
  ['@ekv/snapshot', 'OpenSnapshotOptions'],
  ['@ekv/snapshot', 'WriteSnapshotOptions'],
  ['@ekv/snapshot', 'CheckOptions'],
  ['@ekv/snapshot', 'RowsOptions'],
  ['@ekv/snapshot', 'SnapshotWriterOptions'],
  ['@ekv/snapshot', 'ExternalSorterOptions'],
  ['@ekv/snapshot', 'FileSlice'],
  ['@ekv/redis-encoder', 'KeyOptions'],
  ['@ekv/redis-encoder', 'StreamOptions'],
  ['@ekv/redis-encoder', 'EncodeRedisOptions'],
  ['@ekv/redis-encoder/decode', 'DecodeRedisOptions'],
  ['@ekv/redis-encoder/read', 'RedisKeysOptions'],
  ['@ekv/redis-encoder/ioredis', 'RedisSourceOptions'],
  ['@ekv/dynamodb-encoder', 'TableDefinition'],
  ['@ekv/dynamodb-encoder', 'WarnOptions'],
  ['@ekv/dynamodb-encoder/read', 'DynamodbItemsOptions'],
  ['@ekv/s3-encoder', 'BucketSettings'],
  ['@ekv/s3-encoder', 'ObjectDescription'],
  ['@ekv/s3-encoder', 'WarnOptions'],
  ['@ekv/s3-encoder/aws', 'FromObjectsOptions'],
  ['@ekv/s3-encoder/read', 'S3ObjectsOptions'],
  ['@ekv/sqs-encoder', 'QueueRecordsOptions'],
  ['@ekv/sqs-encoder', 'SqsMessage'],
  ['@ekv/sqs-encoder', 'SqsQueue'],
  ['@ekv/sqs-encoder/aws', 'FromQueueAttributesOptions'],
  ['@ekv/sqs-encoder/aws', 'FromReceivedOptions'],
  ['@ekv/sqs-encoder/read', 'SqsMessagesOptions'],
  ['@ekv/manifest', 'ReadManifestOptions'],
  ['@ekv/manifest', 'ReadEncodeInfoOptions'],
  ['@ekv/dump-tree', 'StagedTreeOptions'],
  ['@ekv/dump-tree', 'InputTreeOptions'],
  ['@ekv/core', 'DecodeRequest'],
  ['@ekv/core', 'DecodeFolderRequest'],
  ['@ekv/core', 'EncodeRequest'],
  ['@ekv/core', 'PublishRequest'],
  ['@ekv/core', 'RepairRequest'],
  ['@ekv/core', 'RunOptions'],
  ['@ekv/restore', 'PrepareGroupsRequest'],
  ['@ekv/restore', 'PrepareRequest'],
  ['@ekv/restore', 'RestoreRun'],
] as const;

/** Every entry whole, so that each of its declarations is looked at; and what must, and must not, be taken. */
const PROGRAM = `${ENTRIES.map((entry, i) => `import * as e${i} from '${entry}';`).join('\n')}
import { openSnapshot } from '@ekv/snapshot';
export const all: object[] = [${ENTRIES.map((_, i) => `e${i}`).join(', ')}];
using snapshot = openSnapshot('a.fsm');
console.log(snapshot);
// @ts-expect-error A snapshot is opened by its path.
openSnapshot(5n);
type Given<O> = { [K in keyof O]: Record<never, never> extends Pick<O, K> ? undefined : O[K] };
type TakesUndefined<O> = Given<O> extends O ? 'yes' : Given<O>;
export const options: readonly 'yes'[] = [
${OPTIONS.map(([entry, name]) => `  {} as TakesUndefined<import('${entry}').${name}>,`).join('\n')}
];
`;

let app: Installed;
beforeAll(() => {
  app = new Installed().flat(PUBLISHED.map(({ name }) => name)).withNodeTypes();
});
afterAll(() => app.remove());

test.concurrent.each([
  { module: 'nodenext', moduleResolution: 'nodenext', target: 'es2022' },
  { module: 'esnext', moduleResolution: 'bundler', target: 'es2024' },
])(
  'the declarations of all packages are clean for TypeScript 5.7 at its strictest, also without a library for using, %o',
  async (options) => {
    const folder = join(app.folder, options.module);
    mkdirSync(folder);
    writeFileSync(join(folder, 'package.json'), '{ "type": "module" }');
    writeFileSync(join(folder, 'program.ts'), PROGRAM);
    writeFileSync(join(folder, 'tsconfig.json'), JSON.stringify({ compilerOptions: { ...STRICTEST, ...options } }));
    expect(await compile('5.7', folder)).toBe('');
  },
);
