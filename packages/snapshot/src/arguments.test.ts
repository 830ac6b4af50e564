import { Readable } from 'node:stream';
import { runInNewContext } from 'node:vm';
import { expect, test } from 'vitest';
import {
  givenBoolean,
  givenBytes,
  givenCallback,
  givenChoice,
  givenFields,
  givenInteger,
  givenObject,
  givenOnce,
  givenSnapshot,
  givenText,
  givenTime,
  givenUnread,
  givenWarn,
  isAsyncIterable,
  isIterable,
  isPlainObject,
} from './arguments.ts';
import { ArgumentError } from './errors.ts';

/** What a caller without types gives. */
function refusal(call: () => unknown): string {
  try {
    call();
  } catch (error) {
    if (error instanceof ArgumentError) return error.message;
    throw error;
  }
  return 'accepted';
}

test('text is taken as UTF-8, bytes are taken as they are', () => {
  expect(Buffer.from(givenBytes('Zürich', 'a key')).toString('hex')).toBe('5ac3bc72696368');
  const bytes = Uint8Array.of(0xff, 0);
  expect(givenBytes(bytes, 'a key')).toBe(bytes);
});

test.each([
  ['a number', 5, 'a key must be text or bytes, not a number; write String(...) around it'],
  ['a bigint', 5n, 'a key must be text or bytes, not a bigint'],
  ['an object', { a: 1 }, 'a key must be text or bytes, not an object'],
  ['an object of a class', new Map(), 'a key must be text or bytes, not an object of class Map'],
  ['null', null, 'a key must be text or bytes, not null'],
  ['nothing', undefined, 'a key must be text or bytes, not nothing'],
  ['an array of bytes', [1, 2], 'a key must be text or bytes, not an array'],
  ['a buffer without a view', new ArrayBuffer(2), 'a key must be text or bytes, not an object of class ArrayBuffer'],
  ['a lone surrogate', 'a\ud800', 'a key has a lone surrogate, so it has no form in UTF-8'],
])('%s is no text and no bytes', (_, given, message) => {
  expect(refusal(() => givenBytes(given as never, 'a key'))).toBe(message);
});

test('text alone is asked for where bytes have no meaning', () => {
  expect(givenText('orders', () => 'the name of a table')).toBe('orders');
  expect(refusal(() => givenText(Buffer.from('orders') as never, () => 'the name of a table'))).toBe(
    'the name of a table must be text, not bytes',
  );
});

test('a whole number is a bigint or an exact number, within its range', () => {
  expect(givenInteger(5, 'n')).toBe(5n);
  expect(givenInteger(2n ** 64n - 1n, 'n')).toBe(2n ** 64n - 1n);
  expect(refusal(() => givenInteger(2n ** 64n, 'n'))).toBe(
    'n must be from 0 to 18446744073709551615, not 18446744073709551616',
  );
  expect(refusal(() => givenInteger(-1n, 'n'))).toBe('n must be from 0 to 18446744073709551615, not -1');
  expect(refusal(() => givenInteger(2 ** 53, 'n'))).toMatch(/^n must be a whole number .*, not 9007199254740992$/);
  expect(refusal(() => givenInteger(0.5, 'n'))).toMatch(/not 0.5$/);
  expect(refusal(() => givenInteger('5' as never, 'n'))).toMatch(/not a text$/);
  expect(refusal(() => givenInteger(11, 'n', { min: 1n, max: 10n }))).toBe('n must be from 1 to 10, not 11');
});

test('a time is milliseconds since 1970 or a Date', () => {
  expect(givenTime(new Date(5), 't')).toBe(5n);
  expect(givenTime(5, 't')).toBe(5n);
  expect(refusal(() => givenTime(new Date(Number.NaN), 't'))).toBe('t is no valid Date');
  expect(refusal(() => givenTime(new Date(-1), 't'))).toBe('t must be from 0 to 18446744073709551615, not -1');
  expect(refusal(() => givenTime(undefined as never, 't'))).toBe(
    't must be a Date or milliseconds since 1970, not nothing',
  );
  expect(givenTime(new Date(-1), 't', { min: -1n, max: 0n })).toBe(-1n);
});

test('a time that is given as text is refused with what makes one of it', () => {
  const rule = 't must be a Date or milliseconds since 1970, not a text';
  expect(refusal(() => givenTime('2026-11-28' as never, 't'))).toBe(`${rule}; write new Date(...) around it`);
  expect(refusal(() => givenTime('1795417864468' as never, 't'))).toBe(`${rule}; write Number(...) around it`);
});

test('a promise that nobody waited for is called one', () => {
  const promise = Promise.resolve({});
  expect(refusal(() => givenObject(promise, 'o'))).toBe('o must be an object, not a Promise; write await before it');
  expect(refusal(() => givenText(promise as never, 'o'))).toBe('o must be text, not a Promise; write await before it');
});

test('a word that is none of the choices is shown with those that there are', () => {
  expect(givenChoice('first', ['refuse', 'first'], 'c')).toBe('first');
  expect(refusal(() => givenChoice('last' as never, ['refuse', 'first'], 'c'))).toBe(
    "c must be 'refuse' or 'first', not 'last'",
  );
  expect(refusal(() => givenChoice(true as never, ['sidecar'], 'c'))).toBe("c must be 'sidecar', not a boolean");
});

test('true and false are said as such, an object has fields', () => {
  expect(givenBoolean(false, 'b')).toBe(false);
  expect(refusal(() => givenBoolean('false' as never, 'b'))).toBe('b must be true or false, not a text');
  expect(givenObject({ a: 1 }, 'o')).toEqual({ a: 1 });
  expect(refusal(() => givenObject([] as never, 'o'))).toBe('o must be an object, not an array');
});

test('an open snapshot is what has rows, of whatever class', () => {
  const another = { rowsOf: () => [] };
  expect(givenSnapshot(another)).toBe(another);
  const wanted = 'the snapshot must be what openSnapshot gives';
  expect(refusal(() => givenSnapshot('node.fsm' as never))).toBe(`${wanted}, not a text`);
  expect(refusal(() => givenSnapshot(undefined as never))).toBe(`${wanted}, not nothing`);
  expect(refusal(() => givenSnapshot({} as never))).toBe(`${wanted}, not an object`);
});

test('warnings go to a function, or to nobody', () => {
  const warn = () => {};
  expect(givenWarn(warn, 'redisKeys')).toBe(warn);
  expect(givenWarn(undefined, 'redisKeys')).toBe(undefined);
  const message = 'the option "warn" of redisKeys must be a function, not';
  expect(refusal(() => givenWarn('yes' as never, 'redisKeys'))).toBe(`${message} a text`);
  expect(refusal(() => givenWarn(null as never, () => 'redisKeys'))).toBe(`${message} null`);
});

test('nobody waits for a function that is told something, so it is neither async nor a generator', () => {
  const told = [async () => {}, function* () {}, async function* () {}];
  for (const warn of told)
    expect(refusal(() => givenWarn(warn as never, 'redisKeys'))).toBe(
      'the option "warn" of redisKeys must be a plain function, not an async one or a generator, which nobody would wait for; keep what it is given, and await later',
    );
  const plain = [() => {}, console.warn, (() => {}).bind(null), class Told {}];
  for (const callback of plain) expect(givenCallback(callback as never, 'c')).toBe(callback);
  const inPlace = new Proxy(() => {}, {});
  expect(givenCallback(inPlace, 'c')).toBe(inPlace);
});

test('an object is plain when it was written as fields, here or in another realm', () => {
  const plain = [{}, Object.create(null), runInNewContext('({ a: 1 })')];
  expect(plain.map(isPlainObject)).toEqual([true, true, true]);
  const others = [[], new Date(), new Map(), Promise.resolve(), Buffer.alloc(1), null, undefined, 'text', () => {}];
  expect(others.filter(isPlainObject)).toEqual([]);
});

test('bytes whose memory was transferred are refused, empty ones are not', () => {
  const bytes = new Uint8Array(6);
  structuredClone(bytes.buffer, { transfer: [bytes.buffer] });
  expect(refusal(() => givenBytes(bytes, 'b'))).toBe('b has lost its bytes: their memory was transferred; give a copy');
  expect(givenBytes(new Uint8Array(0), 'b')).toHaveLength(0);
});

test('a stream that was read already is refused: nothing would come of it', async () => {
  const node = Readable.from(['a']);
  for await (const _ of node);
  const web = new Blob(['a']).stream();
  await web.getReader().read();
  for (const used of [node, web])
    expect(refusal(() => givenUnread(used, 's'))).toBe('s was read already, so its bytes are gone; give a new stream');
  for (const fresh of [Readable.from(['a']), new Blob(['a']).stream(), ['a']]) givenUnread(fresh, 's');
});

test('a stream of which a part was read, that was closed or that another reader holds is refused', () => {
  const begun = new Readable({ read() {} });
  begun.push('ab');
  begun.read(1);
  expect(refusal(() => givenUnread(begun, 's'))).toBe('s was read already, so its bytes are gone; give a new stream');
  const closed = Readable.from(['a']).destroy();
  expect(refusal(() => givenUnread(closed, 's'))).toBe('s was closed before it was read; give a new stream');
  const locked = new Blob(['a']).stream();
  locked.getReader();
  expect(refusal(() => givenUnread(locked, 's'))).toBe(
    's is locked: a reader of somebody else holds it; release that, or give a new stream',
  );
});

test('a field or an option that is not known is refused, with the name that was probably meant or with all names', () => {
  const known = ['id', 'body', 'groupId'];
  const given = { id: 'a', body: undefined };
  expect(givenFields(given, known, 'the message')).toBe(given);
  const wrong = { ...given, groupid: 'g' };
  expect(refusal(() => givenFields(wrong, known, 'message a'))).toBe(
    'message a has no field "groupid", did you mean groupId?',
  );
  expect(refusal(() => givenFields({ colour: 1 }, known, () => 'redisKeys', 'option'))).toBe(
    'redisKeys has no option "colour"; it takes id, body, groupId',
  );
});

test('a field that is not known is shown in one line, however long it is', () => {
  expect(refusal(() => givenFields({ 'a\nb': 1 }, ['id'], 'o'))).toBe('o has no field "a\\nb"; it takes id');
  expect(refusal(() => givenFields({ a: 1 }, [], 'o'))).toBe('o has no field "a"');
  expect(refusal(() => givenFields({ ['x'.repeat(1000)]: 1 }, ['id'], 'o')).length).toBeLessThan(100);
});

test('what has no function for it can not be walked over', () => {
  for (const key of [Symbol.iterator, Symbol.asyncIterator]) {
    expect([isIterable({ [key]: undefined }), isAsyncIterable({ [key]: 5 })]).toEqual([false, false]);
  }
  expect([isIterable([]), isAsyncIterable((async function* () {})())]).toEqual([true, true]);
});

test('fields of a class count where they are given, its methods do not', () => {
  class Message {
    id = 'a';
    toString() {
      return this.id;
    }
  }
  expect(givenFields(new Message(), ['id'], 'the message')).toBeInstanceOf(Message);
});

test.each<[string, () => object]>([
  ['a generator', () => (function* () {})()],
  ['an async generator', () => (async function* () {})()],
  ['an iterator of a Map', () => new Map().entries()],
  ['an iterator of an array', () => [1].values()],
  ['a stream of Node', () => Readable.from(['a'])],
  ['a stream of the web', () => new Blob(['a']).stream()],
])('what gives its elements once is refused the second time: %s', (_, make) => {
  const given = make();
  expect(givenOnce(given, 'the items of the list k')).toBe(given);
  expect(refusal(() => givenOnce(given, 'the items of the list k'))).toBe(
    'the items of the list k: this generator or stream was given before, and it gives what it has once; make a new one',
  );
  expect(givenOnce(make(), 'the items of the list k')).toBeDefined();
});

test('what can be walked over again may be given again', () => {
  const again = { [Symbol.iterator]: () => [1].values() };
  for (const given of [['a'], new Set('a'), new Map(), again, { next: 'a field' }])
    for (const _ of [1, 2]) expect(givenOnce(given, 'the items')).toBe(given);
});
