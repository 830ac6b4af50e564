/** Key prefixes of the SQS rows; docs/format/06-sqs.md, section 1.1. */
export const QUEUE_ROWS = '!sqs|queue|meta|';
export const GENERATION_ROWS = '!sqs|queue|gen|';
export const SEQUENCE_ROWS = '!sqs|queue|seq|';
export const TOMBSTONE_ROWS = '!sqs|queue|tombstone|';
export const MESSAGE_ROWS = '!sqs|msg|data|';
/** Index rows: when a message can be received. */
export const VISIBILITY_ROWS = '!sqs|msg|vis|';
/** Index rows: when a message was sent. */
export const AGE_ROWS = '!sqs|msg|byage|';
export const DEDUPLICATION_ROWS = '!sqs|msg|dedup|';
export const GROUP_LOCK_ROWS = '!sqs|msg|group|';

/** What follows the prefix of a message row in a partitioned queue; no classic row has it, because `|` is not base64. */
export const PARTITIONED = 'p|';

/** The families that decode reads or knows to leave out. */
export const SQS_FAMILIES: readonly string[] = [
  QUEUE_ROWS,
  GENERATION_ROWS,
  SEQUENCE_ROWS,
  TOMBSTONE_ROWS,
  MESSAGE_ROWS,
  VISIBILITY_ROWS,
  AGE_ROWS,
  DEDUPLICATION_ROWS,
  GROUP_LOCK_ROWS,
];

/** Families of side records, in the order of a sorted file; section 4.7. */
export const SIDE_FAMILIES: readonly string[] = [
  AGE_ROWS,
  DEDUPLICATION_ROWS,
  GROUP_LOCK_ROWS,
  VISIBILITY_ROWS,
  SEQUENCE_ROWS,
  TOMBSTONE_ROWS,
];
