import { readFileSync } from 'node:fs';

/** What became of a version, by the rules of docs/format/01-snapshot.md, section 6, told with a map of all keys. */
export type PlainState = 'live' | 'old' | 'deleted' | 'expired' | 'encrypted';

/** One version in a file. */
export interface PlainVersion {
  /** A byte string, without the version. */
  readonly key: string;
  readonly timestamp: bigint;
  /** Without its header. */
  readonly body: Buffer;
  readonly isDeletion: boolean;
  readonly isEncrypted: boolean;
  /** 0 = none. */
  readonly expiry: bigint;
}

/** Counts and bytes of keys and bodies by state. */
export type PlainAmounts = Readonly<Record<PlainState, { readonly count: number; readonly bytes: number }>>;

/** What a key, item, object or message has in a file. */
export interface PlainUnit {
  readonly adapter: PlainAdapter;
  readonly rows: number;
  readonly bytes: number;
  readonly elements: number;
  /** Versions that are not live. */
  readonly oldVersions: number;
  readonly oldBytes: number;
}

export type PlainAdapter = 'redis' | 'dynamodb' | 's3' | 'sqs';

export interface PlainCount {
  readonly totals: PlainAmounts;
  /** By adapter and scope, such as `redis hash`, `s3 photos`, `sqs (content)`: rows of data. */
  readonly scopes: ReadonlyMap<string, PlainAmounts>;
  /** By adapter and scope: what users call one thing, as far as it is live. */
  readonly things: ReadonlyMap<string, number>;
  readonly units: readonly PlainUnit[];
  /** Live rows of data: bytes of key and body, and commit timestamp. */
  readonly live: ReadonlyArray<{ readonly bytes: number; readonly timestamp: bigint }>;
}

const OPERATIONAL =
  /^(?:_meta_(?:applied_index|last_commit_ts|min_retained_ts|pending_min_retained_ts)$|!encryption\|writers\|.{7}$)/s;

/** The versions in a file of entries, in its order, and the timestamp in its header. docs/format/01-snapshot.md, sections 1 to 4. */
export function plainVersions(path: string): { readonly versions: PlainVersion[]; readonly lastCommitTs: bigint } {
  const bytes = readFileSync(path);
  const payload = bytes.indexOf('EKVPBBL1');
  const versions: PlainVersion[] = [];
  for (let at = payload + 16; at + 8 <= bytes.length; ) {
    const encoded = bytes.subarray(at + 8, at + 8 + Number(bytes.readBigUInt64LE(at)));
    at += 8 + encoded.length;
    const value = bytes.subarray(at + 8, at + 8 + Number(bytes.readBigUInt64LE(at)));
    at += 8 + value.length;
    if (OPERATIONAL.test(encoded.toString('latin1'))) continue;
    versions.push({
      key: encoded.toString('latin1', 0, encoded.length - 8),
      timestamp: BigInt.asUintN(64, ~encoded.readBigUInt64BE(encoded.length - 8)),
      body: value.subarray(9),
      isDeletion: (value[0]! & 1) === 1,
      isEncrypted: (value[0]! & 6) === 2,
      expiry: value.readBigUInt64LE(1),
    });
  }
  return { versions, lastCommitTs: bytes.readBigUInt64LE(payload + 8) };
}

/** Counts versions with maps that hold everything. It knows keys by docs/format alone, and nothing of the packages. */
export function plainCount(versions: readonly PlainVersion[], lastCommitTs: bigint): PlainCount {
  const newest = new Map<string, bigint>();
  for (const { key, timestamp } of versions) if (timestamp > (newest.get(key) ?? -1n)) newest.set(key, timestamp);
  const totals = noAmounts();
  const scopes = new Map<string, ReturnType<typeof noAmounts>>();
  const units = new Map<string, { -readonly [K in keyof PlainUnit]: PlainUnit[K] }>();
  const things = new Map<string, Set<string>>();
  const live: { bytes: number; timestamp: bigint }[] = [];
  for (const version of versions) {
    const { key, timestamp, body } = version;
    const bytes = key.length + body.length;
    const state = timestamp === newest.get(key) ? stateOf(version, lastCommitTs) : 'old';
    add(totals, state, bytes);
    const owner = ownerOf(version);
    if (owner === undefined) continue;
    const { adapter, scope, unit, isElement, isThing } = owner;
    const name = `${adapter} ${scope}`;
    const amounts = scopes.get(name) ?? noAmounts();
    scopes.set(name, amounts);
    add(amounts, state, bytes);
    if (state === 'live') live.push({ bytes, timestamp });
    if (unit === undefined) continue;
    // A Redis key is one whatever its types.
    const id = JSON.stringify(adapter === 'redis' ? [adapter, unit] : [adapter, scope, unit]);
    const sum = units.get(id) ?? { adapter, rows: 0, bytes: 0, elements: 0, oldVersions: 0, oldBytes: 0 };
    units.set(id, sum);
    if (state !== 'live') {
      sum.oldVersions++;
      sum.oldBytes += bytes;
      continue;
    }
    sum.rows++;
    sum.bytes += bytes;
    if (isElement) sum.elements++;
    if (isThing) things.set(name, (things.get(name) ?? new Set()).add(`${unit}${owner.generation ?? ''}`));
  }
  return {
    totals,
    scopes,
    things: new Map(Array.from(things, ([name, all]) => [name, all.size])),
    units: [...units.values()],
    live,
  };
}

function stateOf({ isDeletion, isEncrypted, expiry }: PlainVersion, lastCommitTs: bigint): PlainState {
  if (isDeletion) return 'deleted';
  if (expiry !== 0n && expiry <= lastCommitTs) return 'expired';
  return isEncrypted ? 'encrypted' : 'live';
}

function noAmounts(): Record<PlainState, { count: number; bytes: number }> {
  const none = () => ({ count: 0, bytes: 0 });
  return { live: none(), old: none(), deleted: none(), expired: none(), encrypted: none() };
}

function add(amounts: ReturnType<typeof noAmounts>, state: PlainState, bytes: number): void {
  amounts[state].count++;
  amounts[state].bytes += bytes;
}

interface PlainOwner {
  readonly adapter: PlainAdapter;
  readonly scope: string;
  /** Bytes that stand for the unit; absent for rows of a scope. */
  readonly unit?: string | undefined;
  readonly generation?: string | undefined;
  readonly isElement?: boolean;
  /** Whether it is a row that makes it a key, item, object or message: its value, or an element, or the metadata of a stream. */
  readonly isThing?: boolean;
}

function ownerOf(version: PlainVersion): PlainOwner | undefined {
  const { key } = version;
  if (key.startsWith('!ddb|')) return ownerOfTable(version);
  if (key.startsWith('!s3|')) return ownerOfBucket(key);
  if (key.startsWith('!sqs|')) return ownerOfQueue(version);
  return ownerOfRedis(version);
}

/** docs/format/03-redis.md, section 2: by family where the key stands, the type, and what the row is. */
const REDIS: ReadonlyArray<
  readonly [family: string, place: 'alone' | 'length' | 'sequence', type: string, role: string]
> = [
  ['!redis|str|', 'alone', 'string', 'value'],
  ['!redis|hll|', 'alone', 'hyperloglog', 'value'],
  ['!redis|ttl|', 'alone', '(expiry)', 'derived'],
  ['!redis|hash|', 'alone', 'hash', 'value'],
  ['!redis|set|', 'alone', 'set', 'value'],
  ['!redis|zset|', 'alone', 'sorted set', 'value'],
  ...(['hs hash fld', 'st set mem', 'zs sorted|set mem'] as const).flatMap((words) => {
    const [short, type, element] = words.split(' ').map((word) => word.replace('|', ' ')) as [string, string, string];
    return [
      [`!${short}|meta|d|`, 'length', type, 'derived'],
      [`!${short}|meta|`, 'length', type, 'derived'],
      [`!${short}|${element}|`, 'length', type, 'element'],
    ] as const;
  }),
  ['!zs|scr|', 'length', 'sorted set', 'derived'],
  ['!lst|meta|', 'alone', 'list', 'derived'],
  ['!lst|itm|', 'sequence', 'list', 'element'],
  ['!lst|claim|', 'length', 'list', 'derived'],
  ['!stream|meta|', 'length', 'stream', 'stream'],
  ['!stream|entry|', 'length', 'stream', 'element of stream'],
];

function ownerOfRedis({ key, body }: PlainVersion): PlainOwner | undefined {
  const rule = REDIS.find(([family]) => key.startsWith(family));
  if (rule === undefined) return undefined;
  const [family, place, scope, role] = rule;
  const rest = key.slice(family.length);
  let unit: string | undefined = rest;
  if (place === 'sequence') unit = rest.slice(0, -8);
  if (place === 'length') unit = counted(rest, 0);
  if (family === '!lst|meta|' && rest.startsWith('d|')) {
    // A count change: a length, the key, 12 bytes; its value has 16. A list may be called so.
    const changed = counted(rest, 2);
    const isChange = changed !== undefined && rest.length === 2 + 4 + changed.length + 12;
    if (isChange && (body.length === 16 || body.length === 0)) unit = changed;
  }
  if (unit === undefined) return { adapter: 'redis', scope: '(malformed keys)' };
  const isElement = role.startsWith('element');
  return {
    adapter: 'redis',
    scope,
    unit,
    isElement,
    isThing: role === 'value' || role === 'element' || role === 'stream',
  };
}

/** What follows its length, u32. */
function counted(text: string, at: number): string | undefined {
  if (text.length < at + 4) return undefined;
  const length = Buffer.from(text.slice(at, at + 4), 'latin1').readUInt32BE();
  return text.length < at + 4 + length ? undefined : text.slice(at + 4, at + 4 + length);
}

/** docs/format/04-dynamodb.md, section 1. */
function ownerOfTable({ key, body, isDeletion, isEncrypted }: PlainVersion): PlainOwner | undefined {
  const definition = /^!ddb\|meta\|(?:table|gen)\|(.+)$/s.exec(key);
  if (definition) return { adapter: 'dynamodb', scope: base64(definition[1]!) };
  const item = ITEM.exec(key);
  if (item) {
    const [, table, generation, parts] = item;
    return { adapter: 'dynamodb', scope: base64(table!), unit: parts, generation, isThing: true };
  }
  const index = /^!ddb\|gsi\|([^|]+)\|\d+\|[^|]*\|(.*)$/s.exec(key);
  if (index === null) return undefined;
  const [, table, behind] = index;
  const named = isDeletion || isEncrypted ? null : ITEM.exec(body.toString('latin1'));
  return { adapter: 'dynamodb', scope: base64(table!), unit: named?.[3] ?? itemBehind(behind!) };
}

const ITEM = /^!ddb\|item\|([^|]+)\|(\d+)\|(.*)$/s;

/** Of the key of an index row: of two parts the second is the item's, of four the last two; of three nobody can tell. */
function itemBehind(parts: string): string | undefined {
  const all: string[] = [];
  for (let at = 0; at < parts.length; ) {
    const end = escapedEnd(parts, at);
    if (end === -1) return undefined;
    all.push(parts.slice(at, end));
    at = end;
  }
  if (all.length === 2) return all[1];
  return all.length === 4 ? all.slice(2).join('') : undefined;
}

/** Where a part ends in which a zero byte is `00 FF` and the end `00 01`; -1 for none. */
function escapedEnd(text: string, start: number): number {
  for (let at = start; at < text.length; at++) {
    if (text[at] !== '\0') continue;
    at++;
    if (text[at] === '\x01') return at + 1;
    if (text[at] !== '\xff') return -1;
  }
  return -1;
}

const OF_BUCKETS = [
  '!s3|bucket|meta|',
  '!s3|obj|head|',
  '!s3|blob|',
  '!s3|chunkref|',
  '!s3|upload|meta|',
  '!s3|upload|part|',
];

/** docs/format/05-s3.md, section 1. */
function ownerOfBucket(key: string): PlainOwner | undefined {
  if (key.startsWith('!s3|chunkblob|')) return { adapter: 's3', scope: '(content)' };
  const family = OF_BUCKETS.find((prefix) => key.startsWith(prefix));
  const end = family === undefined ? -1 : escapedEnd(key, family.length);
  if (family === undefined || end === -1) return undefined;
  const bucket = key.slice(family.length, end - 2);
  const scope = Buffer.from(bucket.replaceAll('\0\xff', '\0'), 'latin1').toString();
  if (family === '!s3|bucket|meta|') return { adapter: 's3', scope };
  const rest = key.slice(end);
  const objectEnd = escapedEnd(rest, 8);
  return {
    adapter: 's3',
    scope,
    unit: objectEnd === -1 ? undefined : rest.slice(8, objectEnd),
    generation: rest.slice(0, 8),
    isElement: family === '!s3|blob|' || family === '!s3|chunkref|',
    isThing: family === '!s3|obj|head|',
  };
}

/** docs/format/06-sqs.md, section 1. */
function ownerOfQueue({ key, body, isDeletion, isEncrypted }: PlainVersion): PlainOwner | undefined {
  const ofQueue =
    /^!sqs\|queue\|(?:meta|gen|seq)\|([\w-]+)$/.exec(key) ?? /^!sqs\|queue\|tombstone\|([\w-]+)/.exec(key);
  if (ofQueue) return { adapter: 'sqs', scope: base64(ofQueue[1]!) };
  const ofMessage =
    /^!sqs\|msg\|(data|vis|byage|dedup|group)\|p\|([\w-]+)\|.{4}(.{8})(.*)$/s.exec(key) ??
    /^!sqs\|msg\|(data|vis|byage|dedup|group)\|([\w-]+)(.{8})(.*)$/s.exec(key);
  if (ofMessage === null) return undefined;
  const [, family, queue, generation, rest] = ofMessage;
  const scope = base64(queue!);
  if (family === 'data') return { adapter: 'sqs', scope, unit: base64(rest!), generation, isThing: true };
  if (family === 'vis' || family === 'byage') return { adapter: 'sqs', scope, unit: base64(rest!.slice(8)) };
  const json = isDeletion || isEncrypted ? '{}' : body.toString();
  return { adapter: 'sqs', scope, unit: messageId(json) };
}

function messageId(json: string): string | undefined {
  try {
    const { message_id } = JSON.parse(json);
    return typeof message_id === 'string' ? message_id : undefined;
  } catch {
    return undefined;
  }
}

function base64(part: string): string {
  return Buffer.from(part, 'base64url').toString();
}
