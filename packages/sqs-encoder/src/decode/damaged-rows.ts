import { rowError } from '@ekv/adapter';
import { isValidUtf8 } from '@ekv/dump-tree';
import { type Damage, type DamageKind, printable, type RowCursor } from '@ekv/snapshot';
import { base64Part } from '../layout/base64-parts.ts';
import type { MessageFields } from '../layout/message-fields.ts';
import type { QueueSettings } from '../layout/queue-settings.ts';
import { generationIn, type KeyParts } from '../layout/row-keys.ts';
import { brokenRule } from '../layout/settings-rules.ts';

/**
 * What `--salvage` leaves out or mends beyond what every decode refuses: encode must be able to read a tree that is salvaged.
 * docs/format/06-sqs.md, section 6.
 */

const QUEUE_NAMES: DamageKind = {
  name: 'queue_names',
  says: 'queues have another name in their row than in its key',
  advice: 'they were written under the name of the key',
};

export const SIDE_RECORDS: DamageKind = {
  name: 'side_records',
  says: 'side records of queues that do not exist would go to the folder of another queue',
  advice: 'they were left out',
};

/** The name in the key counts: messages have it too. Throws RowError for what encode refuses. */
export function mendQueue(damage: Damage, row: RowCursor, name: Buffer, settings: QueueSettings): void {
  if (!isValidUtf8(name, 0, name.length)) throw rowError(row, 'the name of the queue in the key is no UTF-8');
  if (!settings.name.equals(name)) {
    const stored = settings.name;
    damage.add(QUEUE_NAMES, () => `the queue ${printable(name)}, which its row calls ${printable(stored)}`);
    settings.name = name;
  }
  const broken = brokenRule(settings);
  if (broken !== undefined) throw rowError(row, broken.rule);
}

/** Encode refuses a message without an id, and two of one id. Throws RowError. */
export function refuseUnusableMessage(row: RowCursor, parts: KeyParts, { id, queueGeneration }: MessageFields): void {
  const { bytes, keyEnd } = row;
  if (id.length === 0) throw rowError(row, 'invalid !sqs|msg|data value: "message_id" is missing or empty');
  if (bytes.toString('latin1', parts.idStart, keyEnd) !== base64Part(id.view()))
    throw rowError(row, 'the message has another id than its key');
  if (queueGeneration !== 0n && generationIn(parts, keyEnd)?.value !== queueGeneration)
    throw rowError(row, 'the message has another generation than its key');
}
