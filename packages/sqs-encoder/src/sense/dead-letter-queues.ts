import {
  ExternalSorter,
  type Findings,
  printable,
  type ScratchFolder,
  SMALL_SORT_BYTES,
  type SortedRows,
} from '@ekv/snapshot';
import type { QueueSettings } from '../layout/queue-settings.ts';
import { DEAD_LETTER_QUEUE } from './queue-kinds.ts';
import { deadLetterQueue } from './redrive-policy.ts';

const STANDARD = 0;
const FIFO = 1;

/**
 * Whether the queues that redrive policies name are there. Both meet in a sort by kind and name: a FIFO queue needs a FIFO queue
 * for its dead letters. A queue has no payload, a policy its position.
 */
export class DeadLetterQueues {
  readonly #sorter: ExternalSorter;

  constructor(scratch: ScratchFolder) {
    this.#sorter = new ExternalSorter({ scratch, arenaBytes: SMALL_SORT_BYTES });
  }

  /** @param positionOf gives the position of the policy, for people. */
  add(settings: QueueSettings, positionOf: () => string): void {
    const kind = Buffer.of(settings.isFifo ? FIFO : STANDARD);
    this.#sorter.add(Buffer.concat([kind, settings.name]), Buffer.alloc(0));
    const target = deadLetterQueue(settings.redrivePolicy.toString());
    if (target !== undefined) this.#sorter.add(Buffer.concat([kind, Buffer.from(target)]), Buffer.from(positionOf()));
  }

  /** To be called once, after the last queue. */
  report(findings: Findings): void {
    const rows = this.#sorter.sorted();
    try {
      let missing: MissingQueue | undefined;
      let isThere = false;
      while (rows.next()) {
        if (!rows.isRepeated()) {
          if (!isThere) missing?.tell(findings);
          missing = undefined;
          isThere = false;
        }
        if (rows.payloadEnd === rows.payloadStart) {
          isThere = true;
          continue;
        }
        missing ??= new MissingQueue(rows);
        missing.policies++;
      }
      if (!isThere) missing?.tell(findings);
    } finally {
      rows.close();
    }
  }
}

/** A queue that policies name, perhaps missing. */
class MissingQueue {
  readonly #kind: string;
  readonly #name: string;
  readonly #position: string;
  policies = 0;

  /** @param rows on the first policy that names it. */
  constructor({ bytes, keyStart, keyEnd, payloadStart, payloadEnd }: SortedRows) {
    this.#kind = bytes[keyStart] === FIFO ? 'FIFO' : 'standard';
    this.#name = printable(bytes.subarray(keyStart + 1, keyEnd));
    this.#position = bytes.toString('utf8', payloadStart, payloadEnd);
  }

  tell(findings: Findings): void {
    const example = () => `${this.#position}: there is no ${this.#kind} queue ${this.#name}`;
    for (let i = 0; i < this.policies; i++) findings.add(DEAD_LETTER_QUEUE, example);
  }
}
