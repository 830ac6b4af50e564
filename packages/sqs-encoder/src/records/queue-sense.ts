import type { ScratchFolder, Warn } from '@ekv/snapshot';
import type { MessageFields } from '../layout/message-fields.ts';
import type { QueueSettings } from '../layout/queue-settings.ts';
import { MessageFindings, type MessagePositions } from '../sense/message-findings.ts';
import { queueFaults } from '../sense/queue-faults.ts';
import { Retention } from '../sense/retention.ts';
import { CallersFindings } from './callers-words.ts';

const RETENTION_ADVICE = 'to keep them, raise messageRetentionSeconds, or give a later sendTimestampMillis';

/** What a server or its clients cannot use in one queue of a caller. */
export class QueueSense {
  readonly #findings = new CallersFindings();
  readonly #messages: MessageFindings;
  readonly #retention: Retention;

  /** @param queue for people. @param positions gives the position of each message while it is looked at. */
  constructor(queue: string, settings: QueueSettings, positions: MessagePositions, scratch: ScratchFolder) {
    const nowMillis = BigInt(Date.now());
    for (const { kind, field, says } of queueFaults(settings))
      this.#findings.add(kind, () => `${queue}: "${field}" ${says}`);
    this.#messages = new MessageFindings(this.#findings, scratch, nowMillis, 0n);
    this.#messages.begin(settings, positions);
    this.#retention = new Retention(nowMillis, 0n, RETENTION_ADVICE);
    this.#retention.begin(settings);
  }

  take(message: MessageFields): void {
    this.#messages.take(message);
    this.#retention.take(message);
  }

  /** To be called once, after the last message. */
  report(warn: Warn): void {
    this.#messages.end();
    this.#retention.end();
    this.#findings.report(warn);
    this.#retention.report(warn);
  }

  /** Lets go of memory and scratch; may be called twice. */
  close(): void {
    this.#messages.close();
  }
}
