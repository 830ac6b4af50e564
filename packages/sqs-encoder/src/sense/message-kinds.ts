import type { FindingKind } from '@ekv/snapshot';

/**
 * What a server or its clients cannot use in a message, or would understand otherwise than it is meant; docs/format/06-sqs.md,
 * section 6.2.
 */
export const BODY_MD5: FindingKind = {
  event: 'sqs_body_md5_mismatch',
  says: 'messages have an "md5_of_body" that is not the MD5 of their body',
  advice:
    'clients that check it refuse such a message at every receive; leave the field out and encode with the option complete',
  doubt: true,
};

export const NO_BODY_MD5: FindingKind = {
  event: 'sqs_body_md5_missing',
  says: 'messages have no "md5_of_body"',
  advice: 'clients that check it refuse such a message at every receive; the option complete fills it in',
  doubt: true,
};

export const ATTRIBUTES_MD5: FindingKind = {
  event: 'sqs_attributes_md5_mismatch',
  says: 'messages have an "md5_of_message_attributes" that is not the MD5 of their attributes',
  advice:
    'clients that check it refuse such a message at every receive; leave the field out and encode with the option complete',
  doubt: true,
};

export const NO_ATTRIBUTES_MD5: FindingKind = {
  event: 'sqs_attributes_md5_missing',
  says: 'messages have attributes and no "md5_of_message_attributes"',
  advice: 'clients that check it refuse such a message at every receive; the option complete fills it in',
  doubt: true,
};

export const NO_BODY: FindingKind = {
  event: 'sqs_body_missing',
  says: 'messages have no "body"',
  advice: 'clients get an empty one; check the spelling of the field',
  doubt: true,
};

export const CHARACTERS: FindingKind = {
  event: 'sqs_characters_unusable',
  says: 'bodies or attributes of messages hold what SQS does not transport',
  advice:
    'clients get other characters or none at all, and refuse the MD5; encode such bytes as text, for example as base64',
  doubt: true,
};

export const TOO_LARGE: FindingKind = {
  event: 'sqs_message_too_large',
  says: 'messages are larger than their queue takes',
  advice: 'raise "maximum_message_size" of the queue, or shorten them',
  doubt: true,
};

export const ATTRIBUTES: FindingKind = {
  event: 'sqs_attributes_unusable',
  says: 'messages have attributes that SQS does not know',
  advice:
    'a server may not be able to give out such a message; an attribute is an object with "DataType" and "StringValue" or "BinaryValue"',
  doubt: true,
};

export const NO_GROUP: FindingKind = {
  event: 'sqs_fifo_group_missing',
  says: 'messages of FIFO queues have no "message_group_id"',
  advice: 'no client can send such a message, and a server need not know an order for it; give each a group',
  doubt: true,
};

/** A server has such messages when content-based deduplication was switched off after they were sent. */
export const NO_DEDUPLICATION: FindingKind = {
  event: 'sqs_fifo_deduplication_missing',
  says: 'messages of FIFO queues without content-based deduplication have no "message_deduplication_id"',
  advice: 'a repeat of one is accepted as new',
};

export const NO_SEQUENCE: FindingKind = {
  event: 'sqs_fifo_sequence_missing',
  says: 'messages of FIFO queues have no "sequence_number"',
  advice:
    'their order is that of time and message id, not that of the lines, and the numbers of the queue start at 1 again; the option complete numbers them in the order of the lines',
  doubt: true,
};

export const REPEATED_SEQUENCE: FindingKind = {
  event: 'sqs_sequence_repeated',
  says: 'messages of FIFO queues have a "sequence_number" that an earlier message of the queue has',
  advice: 'a number stands for one message; leave out all numbers of the queue and encode with the option complete',
  doubt: true,
};

export const SEQUENCE_AGAINST_TIME: FindingKind = {
  event: 'sqs_sequence_against_time',
  says: 'messages of FIFO queues come in another order by "sequence_number" than by time',
  advice: 'a server gives them out in the order of time; make both agree',
  doubt: true,
};

export const UNUSABLE_TIME: FindingKind = {
  event: 'sqs_time_unusable',
  says: 'times of messages are not between 1970 and 9999',
  advice: 'they are milliseconds since 1970; a greater unit or none was meant',
  doubt: true,
};

/** As `s3_last_modified_in_seconds`: a row holds such a time as well as any other. */
export const TIME_IN_SECONDS: FindingKind = {
  event: 'sqs_time_in_seconds',
  says: 'times of messages are of the years 1970 to 1973',
  advice:
    'the numbers look like seconds: milliseconds since 1970 are meant, and a server removes messages that are older than their queue keeps them',
};

export const TIME_AHEAD: FindingKind = {
  event: 'sqs_time_ahead',
  says: 'times of messages are more than a year ahead',
  advice:
    'a message cannot be received before "available_at_millis", and its retention counts from "send_timestamp_millis"',
};

export const AVAILABLE_BEFORE_SENT: FindingKind = {
  event: 'sqs_available_before_sent',
  says: 'messages have an "available_at_millis" before their "send_timestamp_millis"',
  advice: 'no server stores that; check both',
  doubt: true,
};
