import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs';
import { join, relative } from 'node:path';
import { decodeFileName } from '@ekv/dump-tree';
import { writeAddress } from './addresses.ts';

const REDIS_FOLDERS: Readonly<Record<string, string>> = {
  strings: 'string',
  hll: 'hyperloglog',
  hashes: 'hash',
  lists: 'list',
  sets: 'set',
  zsets: 'sorted set',
  streams: 'stream',
};

/** The units that the files of a tree say, each as `KIND ADDRESS`. */
export function unitsOfTree(tree: string): Set<string> {
  const units = new Set<string>();
  for (const path of filesIn(tree)) {
    const [adapter, scope, ...rest] = path.split('/');
    if (adapter === 'redis') addRedis(units, tree, path);
    if (adapter === 'dynamodb' && rest[0] === 'items') addItem(units, tree, scope!, path);
    if (adapter === 's3') addObject(units, tree, scope!, path);
    if (adapter === 'sqs' && rest[0] === 'messages.jsonl') addMessages(units, tree, scope!, path);
  }
  return units;
}

function filesIn(tree: string): string[] {
  return readdirSync(tree, { recursive: true, encoding: 'utf8' })
    .filter((path) => statSync(join(tree, path)).isFile())
    .map((path) => relative(tree, join(tree, path)));
}

function addRedis(units: Set<string>, tree: string, path: string): void {
  const [, folder = '', name = ''] = /^redis\/db_0\/(\w+)\/(.*)\.(?:bin|jsonl?)$/.exec(path) ?? [];
  const kind = REDIS_FOLDERS[folder];
  if (kind === undefined) return;
  const key = originals(tree, 'redis/db_0').get(name) ?? Buffer.from(decodeFileName(name));
  units.add(`${kind} ${writeAddress({ adapter: 'redis', key })}`);
}

function addItem(units: Set<string>, tree: string, folder: string, path: string): void {
  const schema = jsonOf(join(tree, 'dynamodb', folder, '_schema.json'));
  const item = jsonOf(join(tree, path));
  const { hash_key, range_key } = schema.primary_key;
  const key = keyOf(item[hash_key.name]);
  const sortKey = range_key?.name === undefined ? undefined : keyOf(item[range_key.name]);
  units.add(`item ${writeAddress({ adapter: 'dynamodb', scope: Buffer.from(schema.table_name), key, sortKey })}`);
}

/** A number in its ordinary text: without what it may be written with beside its value. */
function keyOf(attribute: { S?: string; N?: string; B?: string }): Buffer {
  if (attribute.N !== undefined) return Buffer.from(String(Number(attribute.N)));
  return attribute.S !== undefined ? Buffer.from(attribute.S) : Buffer.from(attribute.B!, 'base64');
}

function addObject(units: Set<string>, tree: string, folder: string, path: string): void {
  const name = path.slice(`s3/${folder}/`.length);
  if (/^_bucket\.json$|^KEYMAP\.jsonl$|\.elastickv-meta\.json$/.test(name)) return;
  const scope = Buffer.from(decodeFileName(folder));
  const key = originals(tree, `s3/${folder}`).get(name) ?? Buffer.from(name);
  units.add(`object ${writeAddress({ adapter: 's3', scope, key })}`);
}

/** What the key map of a folder says: keys by the names of their files. */
function originals(tree: string, folder: string): Map<string, Buffer> {
  const path = join(tree, folder, 'KEYMAP.jsonl');
  if (!existsSync(path)) return new Map();
  const lines = readFileSync(path, 'utf8')
    .split('\n')
    .filter(Boolean)
    .map((line) => JSON.parse(line));
  return new Map(lines.map(({ encoded, original }) => [encoded, Buffer.from(original, 'base64url')]));
}

function addMessages(units: Set<string>, tree: string, folder: string, path: string): void {
  const scope = Buffer.from(decodeFileName(folder));
  for (const line of readFileSync(join(tree, path), 'utf8').split('\n').filter(Boolean)) {
    const key = Buffer.from(JSON.parse(line).message_id);
    units.add(`message ${writeAddress({ adapter: 'sqs', scope, key })}`);
  }
}

// biome-ignore lint/suspicious/noExplicitAny: files of a format that this repository has
function jsonOf(path: string): any {
  return JSON.parse(readFileSync(path, 'utf8'));
}
