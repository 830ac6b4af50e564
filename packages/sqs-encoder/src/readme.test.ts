import { execFile } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, realpathSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { promisify } from 'node:util';
import { CreateQueueCommand, SendMessageCommand, SQSClient } from '@aws-sdk/client-sqs';
import { startFauxqs } from 'fauxqs';
import { afterAll, beforeAll, expect, test } from 'vitest';

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
  link('@ekv/sqs-encoder', HERE);
  for (const name of ['@ekv/snapshot', '@aws-sdk/client-sqs']) link(name, join(HERE, 'node_modules', name));
  link('@types/node', join(HERE, '../../node_modules/@types/node'));
  for (const [i, text] of snippets.entries()) writeFileSync(join(folder, `snippet-${i}.ts`), text);
});
afterAll(() => rmSync(folder, { recursive: true }));

function link(name: string, target: string): void {
  const path = join(folder, 'node_modules', name);
  mkdirSync(dirname(path), { recursive: true });
  symlinkSync(realpathSync(target), path);
}

test('the snippets of the README type-check as they stand', async () => {
  const options = { module: 'nodenext', target: 'es2024', lib: ['es2024', 'esnext.disposable'], strict: true };
  const strict = { exactOptionalPropertyTypes: true, noUncheckedIndexedAccess: true, noEmit: true, skipLibCheck: true };
  const compilerOptions = { ...options, ...strict, types: ['node'] };
  writeFileSync(join(folder, 'tsconfig.json'), JSON.stringify({ compilerOptions, include: ['*.ts'] }));
  const { stdout } = await run(join(HERE, '../../node_modules/.bin/tsc'), ['--project', folder]);
  expect(stdout).toBe('');
  expect(snippets).toHaveLength(3);
}, 30_000);

test('and run: what the first writes the second reads, and the third moves a queue of a server', async () => {
  const program = async (number: number, env?: Record<string, string>) => {
    const options = { cwd: folder, env: { ...process.env, ...env } };
    return run(process.execPath, [join(folder, `snippet-${number}.ts`)], options);
  };
  expect((await program(0)).stderr).toBe('');
  const { stdout } = await program(1);
  expect(stdout).toMatch(/^orders\.fifo 30n\n\w{32} first undefined\n\w{32} second undefined\n$/);
  const server = await startFauxqs({ port: 0, logger: false, host: '127.0.0.1' });
  const AWS_ENDPOINT_URL = `http://127.0.0.1:${server.port}`;
  const credentials = { accessKeyId: 'test', secretAccessKey: 'test' };
  const client = new SQSClient({ endpoint: AWS_ENDPOINT_URL, region: 'us-east-1', credentials });
  await client.send(new CreateQueueCommand({ QueueName: 'orders' }));
  const QueueUrl = `${AWS_ENDPOINT_URL}/000000000000/orders`;
  await client.send(new SendMessageCommand({ QueueUrl, MessageBody: 'x' }));
  const keys = { AWS_ACCESS_KEY_ID: 'test', AWS_SECRET_ACCESS_KEY: 'test', AWS_REGION: 'us-east-1' };
  expect((await program(2, { ...keys, AWS_ENDPOINT_URL, QUEUE_URL: QueueUrl })).stderr).toBe('');
  client.destroy();
  await server.stop();
  expect(readFileSync(join(folder, 'orders.fsm')).includes('!sqs|msg|data|')).toBe(true);
}, 30_000);
