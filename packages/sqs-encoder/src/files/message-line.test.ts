import { JsonBytes, JsonReader, UnknownFields } from '@ekv/dump-tree';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { MessageFields } from '../layout/message-fields.ts';
import { Text } from '../layout/text.ts';
import { MessageLineReader, writeMessageLine } from './message-line.ts';

/** Reads all lines as if none were as they are written. */
class OtherReader extends JsonReader {
  override takeBytes(): boolean {
    return false;
  }
}

/** All that a line says, or why it is refused. */
function read(line: string, reader = new JsonReader()): unknown {
  const unknown: string[] = [];
  const fields = new UnknownFields();
  const lines = new MessageLineReader(reader, fields, 'file');
  try {
    reader.reset('file', Buffer.from(line));
    lines.read();
    reader.end();
  } catch (error) {
    return (error as Error).message;
  }
  fields.report(({ message }) => void unknown.push(message));
  const { attributes, attributeValues, receiptRoom, bodyRoom, ...others } = lines.message;
  const plain = Object.entries(others).map(([name, value]) => [name, value instanceof Text ? value.toString() : value]);
  return { unknown, plain, attributes: [...attributes].map(String), values: [...attributeValues.keys()] };
}

const text = fc.oneof(
  fc.constant(''),
  fc.string({ unit: 'grapheme', maxLength: 8 }),
  fc.constantFrom('\uf123', '"\\\n', '\u2028'),
);
const time = fc.bigInt({ min: -(2n ** 63n), max: 2n ** 63n - 1n });
const count = fc.oneof(fc.bigInt({ min: 0n, max: 1000n }), fc.bigInt({ min: 0n, max: 2n ** 64n - 1n }));

const message = fc
  .record({
    texts: fc.array(text, { minLength: 8, maxLength: 8 }),
    times: fc.tuple(time, time),
    generation: count,
    sequence: count,
    partition: fc.option(fc.integer({ min: 0, max: 2 ** 32 - 1 }), { nil: undefined }),
    attribute: fc.option(text, { nil: undefined }),
  })
  .map(({ texts, times, generation, sequence, partition, attribute }) => {
    const fields = new MessageFields();
    const names = ['id', 'body', 'md5OfBody', 'md5OfAttributes', 'senderId', 'groupId', 'deduplicationId'] as const;
    names.forEach((name, i) => {
      fields[name].set(Buffer.from(texts[i]!));
    });
    fields.deadLetterSourceArn.set(Buffer.from(texts[7]!));
    [fields.sendTimestampMillis, fields.availableAtMillis] = times;
    fields.queueGeneration = generation;
    fields.sequenceNumber = sequence;
    fields.partition = partition;
    if (attribute !== undefined) fields.attributes.set('name', Buffer.from(JSON.stringify({ attribute })));
    return fields;
  });

function written(fields: MessageFields, visibility: 'kept' | 'reset'): string {
  const json = new JsonBytes();
  writeMessageLine(json, fields, visibility);
  return json.view().toString().trimEnd();
}

test('a line as it is written says what it says when it is read field by field', { timeout: 60_000 }, () => {
  fc.assert(
    fc.property(message, fc.constantFrom('kept', 'reset'), (fields, visibility) => {
      const line = written(fields, visibility);
      const found = read(line);
      expect(found).toEqual(read(line, new OtherReader()));
      expect(found).toMatchObject({ unknown: [] });
    }),
    { numRuns: 500 },
  );
});

test('a line in which something is changed says the same read field by field, or is refused in the same words', {
  timeout: 60_000,
}, () => {
  const put = fc.constantFrom(
    '',
    'null',
    '"',
    '}',
    '{',
    '5',
    '-5',
    '1e3',
    'true',
    '\\ud800',
    ',"partition":-1',
    ',"sender_id":"x"',
    '\t',
    '[]',
  );
  const change = fc.tuple(fc.nat(), fc.nat({ max: 12 }), put);
  fc.assert(
    fc.property(message, change, (fields, [place, cut, more]) => {
      const line = written(fields, 'reset');
      const at = place % line.length;
      const changed = `${line.slice(0, at)}${more}${line.slice(at + cut)}`;
      expect(read(changed)).toEqual(read(changed, new OtherReader()));
    }),
    { numRuns: 1000 },
  );
});
