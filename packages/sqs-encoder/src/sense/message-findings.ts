import type { FindingKind, Findings, ScratchFolder } from '@ekv/snapshot';
import { attributesMd5, bodyMd5 } from '../layout/md5.ts';
import type { MessageFields } from '../layout/message-fields.ts';
import type { QueueSettings } from '../layout/queue-settings.ts';
import type { Text } from '../layout/text.ts';
import { type NamedAttribute, typedAttributes } from '../layout/typed-attribute.ts';
import { attributeBytes, attributeFault } from './attribute-faults.ts';
import { forbiddenCharacter } from './characters.ts';
import {
  ATTRIBUTES,
  ATTRIBUTES_MD5,
  AVAILABLE_BEFORE_SENT,
  BODY_MD5,
  CHARACTERS,
  NO_ATTRIBUTES_MD5,
  NO_BODY,
  NO_BODY_MD5,
  NO_DEDUPLICATION,
  NO_GROUP,
  NO_SEQUENCE,
  REPEATED_SEQUENCE,
  SEQUENCE_AGAINST_TIME,
  TIME_AHEAD,
  TIME_IN_SECONDS,
  TOO_LARGE,
  UNUSABLE_TIME,
} from './message-kinds.ts';
import { MESSAGE_SIZE } from './queue-faults.ts';
import { looksLikeSeconds, SECONDS_BELOW } from './seconds.ts';
import { SequenceNumbers } from './sequence-numbers.ts';

/** What every queue takes. */
const ORDINARY_SIZE = 262_144;
const YEAR_MILLIS = 365n * 24n * 3_600_000n;
/** The last millisecond that the dates of most programs can hold: 9999-12-31T23:59:59.999Z. */
const LAST_MILLIS = 253_402_300_799_999n;

/** Where the messages of a queue are. */
export interface MessagePositions {
  /** Number of the message at hand: its line, for messages of a file. */
  readonly number: number;
  /** The position of that number, for people. */
  shown(number: number): string;
}

/**
 * Looks at messages for what a server or its clients cannot use, kind by kind; docs/format/06-sqs.md, section 6.2. Their rows do
 * not depend on it.
 */
export class MessageFindings {
  readonly #findings: Findings;
  readonly #latestMillis: bigint;
  readonly #shiftMillis: bigint;
  /** Times from here on are no seconds, which saves the look. */
  readonly #recentMillis: bigint;
  #isFifo = false;
  #needsDeduplicationId = false;
  #largest = ORDINARY_SIZE;
  #positions: MessagePositions = { number: 0, shown: String };
  readonly #sequence: SequenceNumbers;

  /** @param nowMillis milliseconds since 1970. @param shiftMillis what was added to the times of all messages. */
  constructor(findings: Findings, scratch: ScratchFolder, nowMillis: bigint, shiftMillis: bigint) {
    this.#findings = findings;
    this.#shiftMillis = shiftMillis;
    this.#recentMillis = SECONDS_BELOW + shiftMillis;
    this.#sequence = new SequenceNumbers(scratch);
    this.#latestMillis = nowMillis + YEAR_MILLIS;
  }

  /** Starts on the messages of a queue. @param positions must give the position of each message while it is looked at. */
  begin({ isFifo, contentBasedDeduplication, maximumMessageSize }: QueueSettings, positions: MessagePositions): void {
    this.#isFifo = isFifo;
    this.#needsDeduplicationId = isFifo && !contentBasedDeduplication;
    const isUsable = maximumMessageSize >= MESSAGE_SIZE.least && maximumMessageSize <= MESSAGE_SIZE.most;
    this.#largest = isUsable ? Number(maximumMessageSize) : ORDINARY_SIZE;
    this.#positions = positions;
    this.#sequence.begin();
  }

  take(message: MessageFields): void {
    this.#takeBody(message);
    if (message.attributes.size > 0 || message.md5OfAttributes.length > 0) this.#takeAttributes(message);
    this.#takeTimes(message);
    if (this.#isFifo) this.#takeFifo(message);
  }

  /** To be called after the last message of a queue. */
  end(): void {
    this.#sequence.repeated((number, line, earlier) =>
      this.#findings.add(REPEATED_SEQUENCE, () => {
        const positions = this.#positions;
        return `${positions.shown(line)}: "sequence_number" ${number} is also the one of ${positions.shown(earlier)}`;
      }),
    );
  }

  /** Lets go of memory and scratch; may be called twice. */
  close(): void {
    this.#sequence.close();
  }

  #takeBody(message: MessageFields): void {
    const { body, md5OfBody } = message;
    if (!message.hasBody) this.#add(NO_BODY, message, () => 'has none');
    else if (md5OfBody.length === 0) this.#add(NO_BODY_MD5, message, () => 'has none');
    if (md5OfBody.length > 0) this.#compare(BODY_MD5, message, md5OfBody, bodyMd5(body.view()));
    const forbidden = message.isBodyOrdinary ? undefined : forbiddenCharacter(body.view());
    if (forbidden !== undefined) this.#add(CHARACTERS, message, () => `has ${forbidden} in its body`);
    const largest = this.#largest;
    if (body.length > largest) this.#add(TOO_LARGE, message, () => `has ${body.length} bytes of at most ${largest}`);
  }

  #takeAttributes(message: MessageFields): void {
    const { attributeValues, md5OfAttributes, body } = message;
    const attributes = typedAttributes(attributeValues);
    const fault = attributeFault(attributes);
    if (fault !== undefined) this.#add(ATTRIBUTES, message, () => `has ${fault}`);
    if (md5OfAttributes.length === 0) this.#add(NO_ATTRIBUTES_MD5, message, () => 'has none');
    else this.#compareAttributes(message, attributes);
    this.#takeAttributeTexts(message, attributes);
    const bytes = body.length + attributeBytes(attributes);
    const largest = Math.max(this.#largest, ORDINARY_SIZE);
    if (bytes <= largest || body.length > this.#largest) return;
    this.#add(TOO_LARGE, message, () => `has ${bytes} bytes with its attributes, of at most ${largest}`);
  }

  #compareAttributes(message: MessageFields, attributes: readonly NamedAttribute[]): void {
    const md5 = attributesMd5(attributes);
    if (md5 !== undefined) this.#compare(ATTRIBUTES_MD5, message, message.md5OfAttributes, md5);
  }

  #takeAttributeTexts(message: MessageFields, attributes: readonly NamedAttribute[]): void {
    for (const { name, attribute } of attributes) {
      if (typeof attribute === 'string' || attribute.kind === 'Binary') continue;
      const forbidden = forbiddenCharacter(attribute.value);
      if (forbidden === undefined) continue;
      return this.#add(CHARACTERS, message, () => `has ${forbidden} in its attribute ${JSON.stringify(name)}`);
    }
  }

  #compare(kind: FindingKind, message: MessageFields, stored: Text, wanted: string): void {
    if (stored.equals(wanted)) return;
    this.#add(kind, message, () => `has ${JSON.stringify(stored.toString().slice(0, 64))}, computed is ${wanted}`);
  }

  #takeTimes(message: MessageFields): void {
    const { sendTimestampMillis: sent, availableAtMillis: available } = message;
    if (!isTime(sent)) this.#add(UNUSABLE_TIME, message, () => `has "send_timestamp_millis" ${sent}`);
    else if (!isTime(available)) this.#add(UNUSABLE_TIME, message, () => `has "available_at_millis" ${available}`);
    else if (sent > this.#latestMillis || available > this.#latestMillis)
      this.#add(TIME_AHEAD, message, () => `was sent at ${sent} and is available at ${available}`);
    else if (sent < this.#recentMillis || available < this.#recentMillis) this.#takeSeconds(message);
    // A message without the time can be received at once.
    if (available !== 0n && available < sent)
      this.#add(AVAILABLE_BEFORE_SENT, message, () => `was sent at ${sent} and is available at ${available}`);
  }

  #takeSeconds(message: MessageFields): void {
    const sent = message.sendTimestampMillis - this.#shiftMillis;
    const available = message.availableAtMillis - this.#shiftMillis;
    if (looksLikeSeconds(sent)) this.#add(TIME_IN_SECONDS, message, () => `has "send_timestamp_millis" ${sent}`);
    else if (looksLikeSeconds(available))
      this.#add(TIME_IN_SECONDS, message, () => `has "available_at_millis" ${available}`);
  }

  #takeFifo(message: MessageFields): void {
    const { groupId, deduplicationId, sequenceNumber, sendTimestampMillis, partition = 0 } = message;
    if (groupId.length === 0) this.#add(NO_GROUP, message, () => 'has none');
    if (this.#needsDeduplicationId && deduplicationId.length === 0)
      this.#add(NO_DEDUPLICATION, message, () => 'has none');
    if (sequenceNumber === 0n) return this.#add(NO_SEQUENCE, message, () => 'has none');
    if (!this.#sequence.add(partition, sequenceNumber, sendTimestampMillis, this.#positions.number)) return;
    this.#add(
      SEQUENCE_AGAINST_TIME,
      message,
      () => `has number ${sequenceNumber} and was sent at ${sendTimestampMillis}`,
    );
  }

  #add(kind: FindingKind, message: MessageFields, what: () => string): void {
    const positions = this.#positions;
    this.#findings.add(kind, () => `${positions.shown(positions.number)}: message ${nameOf(message)} ${what()}`);
  }
}

/** As text that is no longer than a line. */
function nameOf({ id }: MessageFields): string {
  const text = id.toString();
  return JSON.stringify(text.length > 100 ? `${text.slice(0, 100)}...` : text);
}

function isTime(millis: bigint): boolean {
  return millis >= 0n && millis <= LAST_MILLIS;
}
