import { hash } from 'node:crypto';
import { encodeFileName, type TreeSink } from '@ekv/dump-tree';
import { scrambled } from '../redis-tree/dice.ts';
import { numbered, type OddShape, shortText, writeLines } from './odd-shape.ts';

/** docs/format/06-sqs.md, sections 4.5 and 4.6. */

const START_MILLIS = Date.UTC(2026, 0, 1);

/** A queue of the messages `from` to `to`. */
function writeQueue(sink: TreeSink, name: string, from: number, to: number): void {
  const settings = {
    format_version: 1,
    name,
    visibility_timeout_seconds: 30,
    message_retention_seconds: 345_600,
    delay_seconds: 0,
    maximum_message_size: 262_144,
  };
  const folder = `sqs/${encodeFileName(Buffer.from(name))}`;
  sink.file(`${folder}/_queue.json`, Buffer.from(JSON.stringify(settings, null, 2)));
  writeLines(sink, `${folder}/messages.jsonl`, messages(from, to));
}

function* messages(from: number, to: number): Generator<string> {
  for (let i = from; i < to; i++) {
    const body = shortText(i);
    const millis = START_MILLIS + i;
    const id = scrambled(i) + scrambled(~i) + scrambled(i ^ 0x55555555) + scrambled(i + 0x1000000);
    yield `{"message_id":"${id}","body":"${body}","md5_of_body":"${hash('md5', body, 'hex')}",` +
      `"send_timestamp_millis":${millis},"available_at_millis":${millis},"visible_at_millis":0,"receive_count":0,"queue_generation":1}\n`;
  }
}

export const SQS_SHAPES: readonly OddShape[] = [
  {
    name: 'queues',
    record: 'queue',
    records: 100_000,
    write: (sink, records) => {
      for (let i = 0; i < records; i++) writeQueue(sink, `queue-${numbered(i)}`, i, i + 1);
    },
    plain: { name: 'one queue', write: (sink, records) => writeQueue(sink, 'queue', 0, records) },
  },
];
