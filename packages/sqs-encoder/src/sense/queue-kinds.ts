import type { FindingKind } from '@ekv/snapshot';

/** What a server or its clients cannot use in the settings of a queue; docs/format/06-sqs.md, section 6.1. */
export const NAME: FindingKind = {
  event: 'sqs_queue_name_unusable',
  says: 'queues have names that the API refuses',
  advice: 'no client can use such a queue; mend "name"',
  doubt: true,
};

export const SETTING: FindingKind = {
  event: 'sqs_queue_settings_unusable',
  says: 'settings of queues are not what a server takes',
  advice: 'mend them',
  doubt: true,
};

export const REDRIVE: FindingKind = {
  event: 'sqs_redrive_policy_unusable',
  says: 'redrive policies of queues mean nothing to a server',
  advice: 'messages that nobody can process are received for ever; mend them',
  doubt: true,
};

export const DEAD_LETTER_QUEUE: FindingKind = {
  event: 'sqs_dead_letter_queue_missing',
  says: 'redrive policies name queues that are not in the tree, or are of the other kind',
  advice: 'messages cannot be moved there; add the queue, or mend the policy',
  doubt: true,
};
