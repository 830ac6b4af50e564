import { printable } from '@ekv/snapshot';
import { nameOfBase64Part } from './base64-parts.ts';
import { AGE_ROWS, MESSAGE_ROWS, SIDE_FAMILIES, SQS_FAMILIES, VISIBILITY_ROWS } from './families.ts';
import { TIME_BYTES } from './key-buffer.ts';
import { generationIn, type KeyParts, messageKeyParts, queueIn, sideKeyParts } from './row-keys.ts';

/** A row in the words of people, by its key, for `nameRows`. docs/format/06-sqs.md, section 1.1. */
export function sqsRowName(bytes: Buffer): string | undefined {
  const text = bytes.toString('latin1');
  const family = SQS_FAMILIES.find((prefix) => text.startsWith(prefix));
  if (family === undefined) return undefined;
  const row = { bytes, keyStart: 0, keyEnd: bytes.length };
  if (family === MESSAGE_ROWS) {
    const parts = messageKeyParts(row);
    return parts.rule === undefined ? messageName(parts, bytes.subarray(parts.idStart)) : undefined;
  }
  if (!SIDE_FAMILIES.includes(family)) {
    const queue = queueIn(row, family);
    return queue === undefined ? undefined : queueName(bytes.subarray(queue.start, queue.end));
  }
  const parts = sideKeyParts(row, family);
  if (parts.rule !== undefined) return undefined;
  const idAt = (generationIn(parts, bytes.length)?.end ?? bytes.length) + TIME_BYTES;
  if (family === AGE_ROWS || family === VISIBILITY_ROWS) return messageName(parts, bytes.subarray(idAt));
  return queueName(bytes.subarray(parts.start, parts.end));
}

function messageName({ bytes, start, end }: KeyParts, id: Buffer): string {
  return `the message "${shown(id)}" of ${queueName(bytes.subarray(start, end))}`;
}

function queueName(part: Buffer): string {
  return `the SQS queue "${shown(part)}"`;
}

function shown(part: Buffer): string {
  return printable(nameOfBase64Part({ bytes: part, start: 0, end: part.length }) ?? part);
}
