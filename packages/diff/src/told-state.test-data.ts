import { createHash } from 'node:crypto';
import { binary, EXPIRES, type RedisValue, type State } from './random-state.test-data.ts';

/** What is told of a unit or a scope: a text for each fact, by what it is of; the elements of a list in their order. */
export interface ToldUnit {
  readonly type: string | undefined;
  readonly facts: ReadonlyMap<string, string>;
  readonly elements: readonly string[];
}

/** Of a queue that was made without them. */
const QUEUE_DEFAULTS = [
  ['setting "content based deduplication"', 'false'],
  ['setting "fifo"', 'false'],
  ['setting "maximum message size"', '262144'],
  ['setting "message retention seconds"', '345600'],
  ['setting "receive message wait seconds"', '0'],
  ['setting "visibility timeout seconds"', '30'],
] as const;

/** What there is to tell of a state, by address. Made of the state alone, so that it proves what is read. */
export function toldOf(state: State): Map<string, ToldUnit> {
  const told = new Map<string, ToldUnit>();
  const add = (
    address: string,
    facts: Iterable<readonly [string, string]>,
    type?: string,
    elements: readonly string[] = [],
  ) => void told.set(address, { type, facts: new Map(facts), elements });
  for (const [key, value] of Object.entries(state.redis)) {
    const elements = value.type === 'list' ? value.elements.map((element) => shown(binary(element))) : [];
    add(`redis/${address(key)}`, redisFacts(value), value.type, elements);
  }
  for (const [name, { index, items }] of Object.entries(state.tables)) {
    const types = [...new Set(['h', index])].map((attribute) => [`setting "type of ${attribute}"`, '"S"'] as const);
    add(`dynamodb/${name}`, [
      ['setting "hash key"', '"h"'],
      ...types,
      ['setting "index by"', JSON.stringify({ hashKey: index, projection: 'ALL', nonKeyAttributes: [] })],
    ]);
    for (const [h, attributes] of Object.entries(items)) {
      const all = new Map([['h', h], ...Object.entries(attributes)]);
      add(
        `dynamodb/${name}/${utf8Address(h, true)}`,
        Array.from(all, ([attribute, S]) => [`attribute ${JSON.stringify(attribute)}`, large(JSON.stringify({ S }))]),
      );
    }
  }
  for (const [name, { region, objects }] of Object.entries(state.buckets)) {
    add(`s3/${name}`, [
      ['setting "acl"', '"private"'],
      ['setting "region"', JSON.stringify(region)],
    ]);
    for (const [key, { body, type, metadata }] of Object.entries(objects)) {
      const bytes = binary(body);
      add(`s3/${name}/${utf8Address(key, false)}`, [
        ['property "etag"', JSON.stringify(createHash('md5').update(bytes).digest('hex'))],
        ['property "last modified"', JSON.stringify(new Date(EXPIRES).toISOString())],
        ...(type === '' ? [] : [['property "content type"', JSON.stringify(type)] as const]),
        ...Object.entries(metadata).map(
          ([name, text]) => [`metadata ${JSON.stringify(name)}`, JSON.stringify(text)] as const,
        ),
        ['body', digest(bytes)],
      ]);
    }
  }
  for (const [name, { delay, messages }] of Object.entries(state.queues)) {
    add(`sqs/${name}`, [...QUEUE_DEFAULTS, ['setting "delay seconds"', String(delay)]]);
    for (const [id, { body, sent }] of Object.entries(messages)) {
      const bytes = binary(body);
      add(`sqs/${name}/${id}`, [
        ['body', shown(bytes)],
        ['property "md5 of body"', JSON.stringify(createHash('md5').update(bytes).digest('hex'))],
        ['property "send timestamp millis"', String(EXPIRES + sent)],
        ['property "available at millis"', String(EXPIRES + sent)],
      ]);
    }
  }
  return told;
}

function* redisFacts(value: RedisValue): Generator<readonly [string, string]> {
  if (value.expires !== null) yield ['expires', String(value.expires)];
  switch (value.type) {
    case 'string':
      return yield ['value', shown(binary(value.value))];
    case 'hash':
      for (const [name, text] of Object.entries(value.fields)) yield [`field ${name_(name)}`, shown(binary(text))];
      return;
    case 'set':
      for (const member of value.members) yield [`member ${name_(member)}`, 'true'];
      return;
    case 'zset':
      for (const [member, score] of Object.entries(value.scores))
        yield [`member ${name_(member)}`, Number.isFinite(score) ? String(score) : '"inf"'];
      return;
    case 'stream':
      for (const [id, text] of Object.entries(value.entries))
        yield [`entry ${JSON.stringify(id)}`, JSON.stringify([['f', text]])];
      yield [
        'last id',
        JSON.stringify(
          Object.keys(value.entries)
            .sort((a, b) => order(a) - order(b))
            .at(-1),
        ),
      ];
  }
}

function order(id: string): number {
  const [ms, seq] = id.split('-').map(Number);
  return ms! * 1000 + seq!;
}

/** A name is told whole, however long it is. */
function name_(name: string): string {
  return text(binary(name));
}

/** Bytes as JSON tells them. */
function shown(bytes: Buffer): string {
  return bytes.length > 1 << 14 ? digest(bytes) : text(bytes);
}

function text(bytes: Buffer): string {
  const isText = Buffer.from(bytes.toString()).equals(bytes);
  return JSON.stringify(isText ? bytes.toString() : { base64: bytes.toString('base64') });
}

function large(json: string): string {
  return Buffer.byteLength(json) > 1 << 14 ? digest(Buffer.from(json)) : json;
}

function digest(bytes: Buffer): string {
  return JSON.stringify({ bytes: bytes.length, sha256: createHash('sha256').update(bytes).digest('hex') });
}

function address(key: string): string {
  return binary(key).every((byte) => byte < 0x80) ? utf8Address(key, false) : encodeURIComponent(key);
}

/** Of the letters that states have. */
function utf8Address(key: string, escapesSlash: boolean): string {
  const escaped = Array.from(key, (letter) => (letter < ' ' || letter === '%' ? percent(letter) : letter)).join('');
  return escapesSlash ? escaped.replaceAll('/', percent('/')) : escaped;
}

function percent(letter: string): string {
  return `%${letter.charCodeAt(0).toString(16).toUpperCase().padStart(2, '0')}`;
}
