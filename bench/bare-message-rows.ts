/**
 * The least a program does to make lines of the messages of a snapshot: walks over all rows, parses the value of each message with
 * `JSON.parse`, writes the members of its line with `JSON.stringify`, and takes one SHA-256 over all lines. Messages come in the
 * order of their keys, not of their times, and those of all queues in one file. Knows of no versions, keeps no 64-bit number
 * exact, checks nothing.
 *
 *   node bench/bare-message-rows.ts SNAPSHOT OUTPUT
 */
import { createHash } from 'node:crypto';
import { closeSync, openSync, readSync, writeSync } from 'node:fs';

const BLOCK = 1 << 22;
/** Length of the header, and of the length of a key or a value. */
const HEADER = 16;
const LENGTH = 8;
/** What a key begins with, what ends it, and what a value begins with: its flags and expiry, and the magic of messages. */
const PREFIX = '!sqs|msg|data|';
const TIMESTAMP = 8;
const VALUE_HEADER = 9;
const MAGIC = 4;

/** @param snapshot of which a row is shorter than 4 MiB, without a wrapper. @returns number of lines, and the digest. */
export function bareMessageRows(snapshot: string, output: string): { readonly lines: number; readonly sha256: string } {
  const digest = createHash('sha256');
  const input = openSync(snapshot, 'r');
  const out = openSync(output, 'w');
  const block = Buffer.allocUnsafeSlow(BLOCK);
  let lines = 0;
  let text = '';
  let kept = 0;
  const give = () => {
    const bytes = Buffer.from(text);
    digest.update(bytes);
    writeSync(out, bytes);
    text = '';
  };
  for (let position = HEADER; ; ) {
    const read = readSync(input, block, kept, BLOCK - kept, position);
    if (read === 0) break;
    position += read;
    const filled = kept + read;
    let start = 0;
    while (filled - start >= LENGTH) {
      const keyEnd = start + LENGTH + block.readUInt32LE(start);
      if (keyEnd + LENGTH > filled) break;
      const valueStart = keyEnd + LENGTH;
      const end = valueStart + block.readUInt32LE(keyEnd);
      if (end > filled) break;
      const partition = partitionOf(block, start + LENGTH, keyEnd - TIMESTAMP);
      if (partition !== undefined) {
        text += lineOf(JSON.parse(block.toString('utf8', valueStart + VALUE_HEADER + MAGIC, end)), partition);
        lines++;
        if (text.length > BLOCK) give();
      }
      start = end;
    }
    block.copy(block, 0, start, filled);
    kept = filled - start;
  }
  give();
  closeSync(input);
  closeSync(out);
  return { lines, sha256: digest.digest('hex') };
}

/** What of a message's key stands in its line; `undefined` for all other rows. */
function partitionOf(block: Buffer, start: number, end: number): { partition?: number } | undefined {
  if (block.toString('latin1', start, start + PREFIX.length) !== PREFIX) return undefined;
  const key = block.toString('latin1', start, end);
  if (!key.startsWith('p|', PREFIX.length)) return {};
  return { partition: block.readUInt32BE(start + key.indexOf('|', PREFIX.length + 2) + 1) };
}

// biome-ignore lint/suspicious/noExplicitAny: nothing is checked here.
function lineOf(message: any, partition: { partition?: number }): string {
  const { message_id, body, md5_of_body, md5_of_message_attributes, message_attributes, sender_id } = message;
  const line = {
    message_id,
    body: Buffer.from(body, 'base64').toString(),
    md5_of_body,
    md5_of_message_attributes,
    message_attributes,
    sender_id,
    send_timestamp_millis: message.send_timestamp_millis,
    available_at_millis: message.available_at_millis,
    visible_at_millis: 0,
    receive_count: 0,
    queue_generation: message.queue_generation,
    message_group_id: message.message_group_id,
    message_deduplication_id: message.message_deduplication_id,
    sequence_number: message.sequence_number,
    dead_letter_source_arn: message.dead_letter_source_arn,
    ...partition,
  };
  return `${JSON.stringify(line)}\n`;
}

if (import.meta.main) {
  const { lines, sha256 } = bareMessageRows(process.argv[2]!, process.argv[3]!);
  console.log(`${lines} lines, ${sha256}`);
}
