import { execFile } from 'node:child_process';
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  realpathSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { promisify } from 'node:util';
import { CreateTableCommand, PutItemCommand } from '@aws-sdk/client-dynamodb';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { startDynalite } from './bridge/dynalite.test-support.ts';
import { writeExport } from './bridge/export.test-data.ts';

const HERE = join(import.meta.dirname, '..');
const run = promisify(execFile);

/** Complete programs, in the order of the README. */
const snippets = [...readFileSync(join(HERE, 'README.md'), 'utf8').matchAll(/^```ts\n([\s\S]*?)^```/gm)].map(
  ([, text]) => text!,
);

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'ekv-readme-'));
  writeFileSync(join(folder, 'package.json'), '{"type":"module"}');
  for (const name of ['dynamodb-encoder', 'snapshot', 'dump-tree', 'manifest'])
    link(`@ekv/${name}`, join(HERE, '..', name));
  link('@aws-sdk/client-dynamodb', join(HERE, 'node_modules/@aws-sdk/client-dynamodb'));
  link('@types/node', join(HERE, '../../node_modules/@types/node'));
  for (const [i, text] of snippets.entries()) writeFileSync(join(folder, `snippet-${i}.ts`), text);
});
afterAll(() => rmSync(folder, { recursive: true }));

function link(name: string, target: string): void {
  const path = join(folder, 'node_modules', name);
  mkdirSync(dirname(path), { recursive: true });
  symlinkSync(realpathSync(target), path);
}

/** What a snippet prints; warnings go to standard error. */
async function program(number: number, env: Record<string, string> = {}): Promise<string> {
  const options = { cwd: folder, env: { ...process.env, ...env } };
  const { stdout, stderr } = await run(process.execPath, [join(folder, `snippet-${number}.ts`)], options);
  return stdout + stderr;
}

test('the snippets of the README type-check as they stand', async () => {
  const options = { module: 'nodenext', target: 'es2024', lib: ['es2024', 'esnext.disposable'], strict: true };
  const strict = { exactOptionalPropertyTypes: true, noUncheckedIndexedAccess: true, noEmit: true, skipLibCheck: true };
  const compilerOptions = { ...options, ...strict, types: ['node'] };
  writeFileSync(join(folder, 'tsconfig.json'), JSON.stringify({ compilerOptions, include: ['*.ts'] }));
  const { stdout } = await run(join(HERE, '../../node_modules/.bin/tsc'), ['--project', folder]);
  expect(stdout).toBe('');
  expect(snippets).toHaveLength(6);
}, 30_000);

test('what the first writes, the others read, as items and as a tree, and a tree is written again', async () => {
  expect(await program(0)).toBe('');
  expect(await program(3)).toBe("orders customer\n{ S: 'alice' } { N: '12.50' }\n");
  expect(await program(4)).toBe('');
  expect(existsSync(join(folder, 'dump/dynamodb/orders/items/alice/1.json'))).toBe(true);
  expect(await program(5)).toBe('');
  expect(existsSync(join(folder, 'again.fsm.encode_info.json'))).toBe(true);
}, 30_000);

test('a table of a server and an export are written', async () => {
  await using server = await startDynalite();
  const { client, endpoint } = server;
  const KeySchema = [{ AttributeName: 'customer', KeyType: 'HASH' as const }];
  const AttributeDefinitions = [{ AttributeName: 'customer', AttributeType: 'S' as const }];
  await client.send(
    new CreateTableCommand({ TableName: 'orders', KeySchema, AttributeDefinitions, BillingMode: 'PAY_PER_REQUEST' }),
  );
  await client.send(new PutItemCommand({ TableName: 'orders', Item: { customer: { S: 'of a server' } } }));
  const AWS_ENDPOINT_URL = endpoint;
  const keys = { AWS_ACCESS_KEY_ID: 'test', AWS_SECRET_ACCESS_KEY: 'test', AWS_REGION: 'us-east-1', AWS_ENDPOINT_URL };
  expect(await program(1, keys)).toBe('');
  expect(readFileSync(join(folder, 'orders.fsm')).includes('of a server')).toBe(true);

  writeExport(join(folder, 'export'), [['{"Item":{"customer":{"S":"of an export"},"number":{"N":"1"}}}']]);
  expect(await program(2)).toBe('');
  expect(readFileSync(join(folder, 'orders.fsm')).includes('of an export')).toBe(true);
}, 30_000);
