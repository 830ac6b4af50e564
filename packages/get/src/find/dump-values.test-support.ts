import { createHash } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import { join, relative } from 'node:path';
import { jsonOfUnit } from '../forms/unit-json.ts';
import type { Unit } from '../units/unit.ts';

/** JSON of no certain form. */
// biome-ignore lint/suspicious/noExplicitAny: files of a dump and what get prints are compared as they are.
type Json = any;

/** What the files of a dump hold, a text for each key, item, object and message; read without our readers. docs/format. */
export function valuesInDump(root: string): string[] {
  const files = readdirSync(root, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => `${entry.parentPath}/${entry.name}`)
    .sort();
  const paths = files.map((path) => relative(root, path));
  return paths.flatMap((path) => valuesIn(root, path)).map(textOf);
}

/** The same of a unit that get has found. */
export function valueInUnit(unit: Unit): string {
  const json = JSON.parse([...jsonOfUnit(unit)].join(''));
  switch (unit.adapter) {
    case 'redis':
      return textOf([json.type, bytesOf(json.key), json.expire_at_ms, contentOf(json)]);
    case 'dynamodb':
      return textOf([json.table, json.item]);
    case 's3':
      return textOf([json.bucket, bytesOf(json.key), digestOf(unit.object.pieces()), ...metadataOf(json, json.size)]);
    case 'sqs':
      return textOf([json.queue, json.message_id, json.body, json.attributes ?? {}, ...NUMBERS.map((n) => json[n[1]])]);
  }
}

function valuesIn(root: string, path: string): Json[] {
  const [adapter, scope = '', ...names] = path.split('/');
  const bytes = () => readFileSync(join(root, path));
  const name = names.join('/');
  if (adapter === 'redis') return TYPES.has(names[0]!) && names.length === 2 ? [keyIn(root, path)] : [];
  if (adapter === 'dynamodb') return names[0] === 'items' ? [[decoded(scope), JSON.parse(String(bytes()))]] : [];
  if (adapter === 'sqs') return name === 'messages.jsonl' ? lines(bytes()).map((line) => messageOf(scope, line)) : [];
  if (adapter !== 's3' || !name.endsWith(SIDECAR)) return [];
  const encoded = name.slice(0, -SIDECAR.length);
  const key = originalsIn(join(root, 's3', scope)).get(encoded) ?? base64(Buffer.from(encoded));
  const body = digestOf([readFileSync(join(root, path.slice(0, -SIDECAR.length)))]);
  const json = JSON.parse(String(bytes()));
  return [[scope, key, body, ...metadataOf(json, json.size_bytes)]];
}

const SIDECAR = '.elastickv-meta.json';
const TYPES = new Map([
  ['strings', 'string'],
  ['hll', 'hyperloglog'],
  ['hashes', 'hash'],
  ['lists', 'list'],
  ['sets', 'set'],
  ['zsets', 'zset'],
  ['streams', 'stream'],
]);

function keyIn(root: string, path: string): Json {
  const [, database = '', folder = '', file = ''] = path.split('/');
  const encoded = file.replace(/\.\w+$/, '');
  const base = join(root, 'redis', database);
  const key = originalsIn(base).get(encoded) ?? base64(bytesDecoded(encoded));
  const bytes = readFileSync(join(root, path));
  const expiries = linesIfAny(join(base, `${folder}_ttl.jsonl`));
  const expiry = expiries.find((line) => line.key === encoded)?.expire_at_ms ?? null;
  const type = TYPES.get(folder)!;
  if (file.endsWith('.bin')) return [type, key, expiry, base64(bytes)];
  if (folder !== 'streams') {
    const json = JSON.parse(String(bytes));
    return [type, key, json.expire_at_ms, contentOf(json)];
  }
  const all = lines(bytes);
  const meta = all.pop();
  const entries = all.map(({ id, fields }) => ({ id, fields: fields.map((f: Json) => [f.name, f.value]) }));
  return [type, key, meta.expire_at_ms, [`${meta.last_ms}-${meta.last_seq}`, entries]];
}

/** What a key holds, as get prints it and as a file has it. */
function contentOf(json: Json): Json {
  if ('value' in json) return bytesOf(json.value);
  if ('entries' in json) return [rounded(json.last_id), json.entries];
  return json.fields ?? json.items ?? json.members;
}

/** As a number of a file is read by JSON.parse. */
function rounded(id: string): string {
  return id.split('-').map(Number).join('-');
}

function metadataOf(json: Json, size: number): Json[] {
  const { etag, content_type, content_encoding, cache_control, content_disposition, user_metadata = {} } = json;
  const time = json.last_modified === undefined ? undefined : new Date(json.last_modified).toISOString();
  return [size, etag, time, content_type, content_encoding, cache_control, content_disposition, user_metadata];
}

/** Of a message: names in a file, and as get prints them. */
const NUMBERS = [
  ['send_timestamp_millis', 'sent_at_ms'],
  ['available_at_millis', 'available_at_ms'],
  ['visible_at_millis', 'visible_at_ms'],
  ['receive_count', 'receive_count'],
  ['message_group_id', 'group_id'],
  ['message_deduplication_id', 'deduplication_id'],
  ['sequence_number', 'sequence_number'],
] as const;

function messageOf(queue: string, line: Json): Json {
  const facts = NUMBERS.map(([name]) => (name === 'sequence_number' ? line[name]?.toString() : line[name]));
  return [decoded(queue), line.message_id, line.body, line.message_attributes ?? {}, ...facts];
}

function originalsIn(folder: string): ReadonlyMap<string, string> {
  const all = linesIfAny(join(folder, 'KEYMAP.jsonl'));
  return new Map(all.map(({ encoded, original }) => [encoded, base64(Buffer.from(original, 'base64url'))]));
}

function linesIfAny(path: string): Json[] {
  try {
    return lines(readFileSync(path));
  } catch {
    return [];
  }
}

function lines(bytes: Buffer): Json[] {
  return String(bytes)
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => JSON.parse(line));
}

function decoded(name: string): string {
  return bytesDecoded(name).toString();
}

function bytesDecoded(name: string): Buffer {
  return Buffer.from(
    name.replace(/%(\w\w)/g, (_, hex) => String.fromCharCode(Number.parseInt(hex, 16))),
    'latin1',
  );
}

/** Of bytes as JSON has them. */
function bytesOf(json: Json): string {
  return typeof json === 'string' ? base64(Buffer.from(json)) : json.base64;
}

function base64(bytes: Buffer): string {
  return bytes.toString('base64');
}

function digestOf(pieces: Iterable<Uint8Array>): string {
  const hash = createHash('sha256');
  for (const piece of pieces) hash.update(piece);
  return hash.digest('hex');
}

/** One text for equal values, in whatever order their members are. */
function textOf(value: Json): string {
  return JSON.stringify(value, (_, one) => {
    if (one === null || typeof one !== 'object' || Array.isArray(one)) return one;
    // Files have the letters of URLs.
    if (typeof one.base64 === 'string') return { bytes: base64(Buffer.from(one.base64, 'base64')) };
    return Object.fromEntries(Object.entries(one).sort(([a], [b]) => (a < b ? -1 : 1)));
  });
}
