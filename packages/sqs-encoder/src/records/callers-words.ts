import { type FindingKind, Findings } from '@ekv/snapshot';
import { ATTRIBUTES_MD5, BODY_MD5, NO_ATTRIBUTES_MD5, NO_SEQUENCE, REPEATED_SEQUENCE } from '../sense/message-kinds.ts';

/** Fields of the files of a tree, by what a caller knows them as. */
const PROPERTIES: ReadonlyMap<string, string> = new Map([
  ['content_based_deduplication', 'contentBasedDeduplication'],
  ['visibility_timeout_seconds', 'visibilityTimeoutSeconds'],
  ['message_retention_seconds', 'messageRetentionSeconds'],
  ['delay_seconds', 'delaySeconds'],
  ['receive_message_wait_seconds', 'receiveMessageWaitSeconds'],
  ['maximum_message_size', 'maximumMessageSize'],
  ['redrive_policy', 'redrivePolicy'],
  ['redrive_allow_policy', 'redriveAllowPolicy'],
  ['partition_count', 'partitionCount'],
  ['fifo_throughput_limit', 'fifoThroughputLimit'],
  ['deduplication_scope', 'deduplicationScope'],
  ['md5_of_body', 'md5OfBody'],
  ['md5_of_message_attributes', 'md5OfAttributes'],
  ['send_timestamp_millis', 'sendTimestampMillis'],
  ['available_at_millis', 'availableAtMillis'],
  ['message_group_id', 'groupId'],
  ['message_deduplication_id', 'deduplicationId'],
  ['sequence_number', 'sequenceNumber'],
]);

/** What a caller can do where the advice for a tree is about its files. */
const ADVICE: ReadonlyMap<FindingKind, string> = new Map([
  [BODY_MD5, 'clients that check it refuse such a message at every receive; leave md5OfBody out, then it is computed'],
  [
    ATTRIBUTES_MD5,
    'clients that check it refuse such a message at every receive; leave md5OfAttributes out, then it is computed',
  ],
  [NO_ATTRIBUTES_MD5, 'it is computed where all attributes of the message have a form that SQS knows; mend the others'],
  [
    NO_SEQUENCE,
    'their order is that of time and message id, not the one in which they are given, and the numbers of the queue start at 1 again; with the option complete they are numbered as they are given',
  ],
  [
    REPEATED_SEQUENCE,
    'a number stands for one message; leave out all numbers of the queue and give the option complete',
  ],
]);

/** What is said of the fields of a tree, said of the properties of a queue or a message in memory. */
export function inCallersWords(text: string): string {
  return text.replaceAll(/"([a-z0-9]+(?:_[a-z0-9]+)+)"/g, (quoted, field: string) => PROPERTIES.get(field) ?? quoted);
}

/** Findings in the words of a caller. */
export class CallersFindings extends Findings {
  readonly #kinds = new Map<FindingKind, FindingKind>();

  override add(kind: FindingKind, example: () => string): void {
    super.add(this.#kindFor(kind), () => inCallersWords(example()));
  }

  #kindFor(kind: FindingKind): FindingKind {
    const known = this.#kinds.get(kind);
    if (known !== undefined) return known;
    const advice = ADVICE.get(kind) ?? inCallersWords(kind.advice);
    const own = { ...kind, says: inCallersWords(kind.says), advice };
    this.#kinds.set(kind, own);
    return own;
  }
}
