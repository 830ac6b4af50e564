import type { JsonBytes } from '@ekv/dump-tree';
import { writeCanonicalLine } from '../files/canonical-line.ts';
import { LONGEST_LINE, type Visibility, writeMessageLine } from '../files/message-line.ts';
import type { CanonicalValue } from '../layout/canonical-value.ts';
import { attributesMd5, bodyMd5 } from '../layout/md5.ts';
import { type MessageFields, wasReceived } from '../layout/message-fields.ts';
import { typedAttributes } from '../layout/typed-attribute.ts';
import type { MessageForm } from './messages.ts';

/** Where things are in the payload: u8 flags, then the line. */
export const LINE_PAYLOAD = { flags: 0, line: 1 } as const;
export const WAS_RECEIVED = 1;
export const HAS_DEDUPLICATION_ID = 2;
export const HAS_WRONG_BODY_MD5 = 4;
export const HAS_WRONG_ATTRIBUTES_MD5 = 8;
export const HAS_LONG_LINE = 16;

/** Messages as lines of `messages.jsonl`; docs/format/06-sqs.md, section 4.6. */
export class MessageLines implements MessageForm {
  readonly attributes = 'meant';
  readonly #json: JsonBytes;
  readonly #visibility: Visibility;
  #flags = 0;

  constructor(json: JsonBytes, visibility: Visibility) {
    this.#json = json;
    this.#visibility = visibility;
  }

  take(message: MessageFields): number {
    writeMessageLine(this.#json, message, this.#visibility);
    const { length } = this.#json;
    this.#flags = flagsOf(message) | (length > LONGEST_LINE ? HAS_LONG_LINE : 0);
    return LINE_PAYLOAD.line + length;
  }

  /** As {@link take}, of messages whose visibility is reset. */
  takeCanonical(value: CanonicalValue, partition: number | undefined): number {
    writeCanonicalLine(this.#json, value, partition);
    const { length } = this.#json;
    this.#flags = flagsOfCanonical(value) | (length > LONGEST_LINE ? HAS_LONG_LINE : 0);
    return LINE_PAYLOAD.line + length;
  }

  fill(into: Buffer, at: number): void {
    into[at + LINE_PAYLOAD.flags] = this.#flags;
    this.#json.copyTo(into, at + LINE_PAYLOAD.line);
  }
}

function flagsOf(message: MessageFields): number {
  const { md5OfBody, md5OfAttributes, attributeValues } = message;
  let flags = wasReceived(message) ? WAS_RECEIVED : 0;
  if (message.deduplicationId.length > 0) flags |= HAS_DEDUPLICATION_ID;
  if (md5OfBody.length > 0 && !md5OfBody.equals(bodyMd5(message.body.view()))) flags |= HAS_WRONG_BODY_MD5;
  if (md5OfAttributes.length === 0) return flags;
  const md5 = attributesMd5(typedAttributes(attributeValues));
  return md5 === undefined || md5OfAttributes.equals(md5) ? flags : flags | HAS_WRONG_ATTRIBUTES_MD5;
}

function flagsOfCanonical(value: CanonicalValue): number {
  let flags = value.receiveCount > 0 ? WAS_RECEIVED : 0;
  if (value.hasDeduplicationId) flags |= HAS_DEDUPLICATION_ID;
  if (!value.isBodyMd5Right) flags |= HAS_WRONG_BODY_MD5;
  return value.isAttributesMd5Right ? flags : flags | HAS_WRONG_ATTRIBUTES_MD5;
}
