import type { FindingKind } from '@ekv/snapshot';
import type { QueueSettings } from '../layout/queue-settings.ts';
import { NAME, REDRIVE, SETTING } from './queue-kinds.ts';
import { redriveAllowPolicyFault, redrivePolicyFault } from './redrive-policy.ts';

/** Something about a queue that a server would not have. */
export interface QueueFault {
  readonly kind: FindingKind;
  /** As it is called in `_queue.json`. */
  readonly field: string;
  /** What is wrong; it follows the field's name. */
  readonly says: string;
}

interface Bounds {
  readonly least: bigint;
  readonly most: bigint;
}

/** Bytes. */
export const MESSAGE_SIZE: Bounds = { least: 1024n, most: 1_048_576n };

/** What SetQueueAttributes takes; docs/format/06-sqs.md, section 6.1. */
const BOUNDS = [
  ['visibility_timeout_seconds', 'visibilityTimeoutSeconds', { least: 0n, most: 43_200n }],
  ['message_retention_seconds', 'messageRetentionSeconds', { least: 60n, most: 1_209_600n }],
  ['delay_seconds', 'delaySeconds', { least: 0n, most: 900n }],
  ['receive_message_wait_seconds', 'receiveMessageWaitSeconds', { least: 0n, most: 20n }],
  ['maximum_message_size', 'maximumMessageSize', MESSAGE_SIZE],
] as const;

const LONGEST_NAME = 80;
const NAME_CHARACTERS = /^[A-Za-z0-9_-]+(\.fifo)?$/;
const FIFO_SUFFIX = '.fifo';

/** All that is wrong with the settings of a queue, beyond what encode refuses. */
export function queueFaults(settings: QueueSettings): QueueFault[] {
  const faults: QueueFault[] = [];
  const add = (kind: FindingKind, field: string, says: string | undefined) => {
    if (says !== undefined) faults.push({ kind, field, says });
  };
  add(NAME, 'name', nameFault(settings));
  for (const [field, setting, { least, most }] of BOUNDS) {
    const value = settings[setting];
    if (value < least || value > most) add(SETTING, field, `is ${value}, a server takes ${least} to ${most}`);
  }
  if (settings.contentBasedDeduplication && !settings.isFifo)
    add(SETTING, 'content_based_deduplication', 'is only valid on FIFO queues');
  add(REDRIVE, 'redrive_policy', redrivePolicyFault(settings.redrivePolicy.toString()));
  add(REDRIVE, 'redrive_allow_policy', redriveAllowPolicyFault(settings.redriveAllowPolicy.toString()));
  return faults;
}

function nameFault({ name: bytes, isFifo }: QueueSettings): string | undefined {
  const name = bytes.toString();
  const shown = JSON.stringify(name.slice(0, LONGEST_NAME));
  if (bytes.length > LONGEST_NAME) return `has ${bytes.length} characters, the API takes ${LONGEST_NAME}`;
  if (!NAME_CHARACTERS.test(name)) return `is ${shown}, the API takes letters, digits, hyphens and underscores`;
  if (isFifo === name.endsWith(FIFO_SUFFIX)) return undefined;
  return isFifo
    ? `is ${shown}, the one of a FIFO queue ends with "${FIFO_SUFFIX}"`
    : `is ${shown}, that of a FIFO queue, but "fifo" is not true`;
}
