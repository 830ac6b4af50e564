/** Where SQS data lies in a dump tree; docs/format/06-sqs.md, section 4.4. */
export const SQS_FOLDER = 'sqs';
export const QUEUE_FILE = '_queue.json';
export const MESSAGES_FILE = 'messages.jsonl';
export const SIDE_RECORDS_FILE = '_internals/side_records.jsonl';
/** What the folder of side records without a queue ends with. */
export const ORPHAN_SUFFIX = '.orphan';
/** The only version of `_queue.json`. */
export const FORMAT_VERSION = 1n;
