import type { Warn } from '@ekv/snapshot';

/** What the tree does not carry, counted; docs/format/06-sqs.md, section 4.9. */
export class NotCarried {
  queuesWithTags = 0;
  tags = 0;
  queuesWithThrottle = 0;
  /** Queues whose generation counter is not 1. */
  laterGenerations = 0;
  /** Queues whose sequence counter is ahead of their messages. */
  laterSequences = 0;
  inFlight = 0;
  groupLocks = 0;
  /** Rows of queues that have more of them than encode makes again of their messages, and how many these messages are. */
  deduplicationRows = 0;
  deduplicatedMessages = 0;

  /** @param visibility `kept`: what belongs to receives is in the tree. */
  report(warn: Warn, visibility: 'kept' | 'reset'): void {
    this.#reportSettings(warn);
    this.#reportCounters(warn);
    if (visibility === 'reset') this.#reportInFlight(warn);
    this.#reportDeduplication(warn);
  }

  #reportSettings(warn: Warn): void {
    if (this.queuesWithTags + this.queuesWithThrottle === 0) return;
    warn({
      event: 'sqs_settings_not_carried',
      message:
        'tags and throttles of queues are not in the tree; set them again after a restore, or decode with the option wholeState',
      fields: { queues_with_tags: this.queuesWithTags, tags: this.tags, queues_with_throttle: this.queuesWithThrottle },
    });
  }

  #reportCounters(warn: Warn): void {
    if (this.laterGenerations + this.laterSequences === 0) return;
    warn({
      event: 'sqs_counters_not_carried',
      message:
        'counters of queues are not in the tree: generations start at 1 again, sequence numbers of FIFO queues behind the highest message that is left; the option wholeState keeps them',
      fields: { queues_with_generation: this.laterGenerations, queues_with_sequence: this.laterSequences },
    });
  }

  #reportInFlight(warn: Warn): void {
    if (this.inFlight + this.groupLocks === 0) return;
    warn({
      event: 'sqs_in_flight_reset',
      message:
        'messages had been received and not deleted; after a restore they are delivered again, counted from the first receive; the option wholeState keeps what receives have changed',
      fields: { messages: this.inFlight, group_locks: this.groupLocks },
    });
  }

  #reportDeduplication(warn: Warn): void {
    if (this.deduplicationRows === 0) return;
    warn({
      event: 'sqs_deduplication_not_carried',
      message:
        'deduplication rows of messages that were deleted are not in the tree: within five minutes of the send a repeat is accepted as new; the option wholeState keeps them',
      fields: { rows: this.deduplicationRows, messages: this.deduplicatedMessages },
    });
  }
}
