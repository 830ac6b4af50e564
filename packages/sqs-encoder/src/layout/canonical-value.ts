import { Base64Room } from '@ekv/adapter';
import { AttributeDigest } from './attribute-digest.ts';
import { bodyMd5 } from './md5.ts';
import { MESSAGE_MAGIC } from './message-value.ts';

const WORD = 4;

/** Members in the order in which a server writes them, each with all that stands between the value before and its own. */
const HEAD = literal(`${MESSAGE_MAGIC.toString('latin1')}{"message_id":"`);
const BODY = literal('","body":"');
const MD5_OF_BODY = literal('","md5_of_body":"');
const MD5_OF_ATTRIBUTES = literal(',"md5_of_message_attributes":"');
const ATTRIBUTES = literal(',"message_attributes":{"');
const DATA_TYPE = literal('":{"DataType":"');
const STRING_VALUE = literal('","StringValue":"');
const SENDER = literal(',"sender_id":"');
const SENT = literal(',"send_timestamp_millis":');
const AVAILABLE = literal(',"available_at_millis":');
const VISIBLE = literal(',"visible_at_millis":');
const RECEIVED = literal(',"receive_count":');
const TOKEN = literal(',"current_receipt_token":');
/** Data types whose value is a text. */
const TEXT_TYPES = [literal('String'), literal('Number')] as const;
const NULL = literal('null');
const GENERATION = literal(',"queue_generation":');
const GROUP = literal(',"message_group_id":"');
const DEDUPLICATION_ID = literal(',"message_deduplication_id":"');
const SEQUENCE = literal(',"sequence_number":');
const SOURCE = literal(',"dead_letter_source_arn":"');

const QUOTE = 0x22;
const COMMA = 0x2c;
const POINT = 0x2e;
/** Of the names of both members that tell of attributes, and of no other one there. */
const LETTER_M = 0x6d;
const CLOSE_BRACE = 0x7d;
const ZERO = 0x30;
const NINE = 0x39;
const MD5_DIGITS = 32;
/** A double holds integers of so many digits exactly. */
const MOST_DIGITS = 15;

/** 1 for ASCII that stands in a string as it is, in rows as in lines. */
const IS_PLAIN = new Uint8Array(256).fill(1, 0x20, 0x80);
for (const character of '"\\') IS_PLAIN[character.charCodeAt(0)] = 0;

/**
 * Walks over the value of a message row that is written as a server writes nearly all: members in their order without white space, texts
 * of plain ASCII, short integers without a sign, attributes that are texts. Parts of such a value stand in a line of `messages.jsonl` as
 * they are; docs/format/06-sqs.md, sections 2.2 and 4.6. All other values are for {@link readMessageValue}, which gives the same
 * of these ones.
 */
export class CanonicalValue {
  /** Where the value stands that was read last. */
  bytes: Buffer = MESSAGE_MAGIC;
  idStart = 0;
  idEnd = 0;
  /** From the brace to before the quote of the body. */
  headStart = 0;
  headEnd = 0;
  /** From after the quote of the body to before the time from which the message is visible. */
  middleStart = 0;
  middleEnd = 0;
  /** Of the MD5 of the body, 32 characters. */
  md5Start = 0;
  /** As above, of the attributes; 0 when there is none. */
  attributesMd5Start = 0;
  /** From the generation to before the last brace. */
  tailStart = 0;
  tailEnd = 0;
  sendTimestampMillis = 0;
  receiveCount = 0;
  queueGeneration = 0;
  hasDeduplicationId = false;
  /** 0 when there is none. */
  sequenceNumber = 0;
  /** The body, decoded. */
  readonly body = new Base64Room();
  #view = viewOf(this.bytes);
  readonly #token = new Base64Room();
  readonly #attributes = new AttributeDigest();
  #at = 0;
  #end = 0;
  /** The integer that {@link #takesInteger} took. */
  #integer = 0;

  /** Reads `bytes[start, end)`, magic included. @returns false for a value of another form; then the rest means nothing. */
  read(bytes: Buffer, start: number, end: number): boolean {
    if (this.bytes !== bytes) this.#view = viewOf(bytes);
    this.bytes = bytes;
    this.#at = start;
    this.#end = end;
    return this.#takesHead(start) && this.#takesMiddle() && this.#takesReceives() && this.#takesTail();
  }

  /** Whether the MD5s that are stored are those of body and attributes; what is not stored is not wrong. */
  get isBodyMd5Right(): boolean {
    return this.#hasDigits(this.md5Start, bodyMd5(this.body.bytes.subarray(0, this.body.length)));
  }

  get isAttributesMd5Right(): boolean {
    return this.attributesMd5Start === 0 || this.#hasDigits(this.attributesMd5Start, this.#attributes.md5());
  }

  #hasDigits(start: number, md5: string): boolean {
    const { bytes } = this;
    for (let i = 0; i < MD5_DIGITS; i++) if (bytes[start + i] !== md5.charCodeAt(i)) return false;
    return true;
  }

  #takesHead(start: number): boolean {
    if (!this.#takes(HEAD)) return false;
    this.headStart = start + MESSAGE_MAGIC.length;
    this.idStart = this.#at;
    this.#passPlain();
    this.idEnd = this.#at;
    if (!this.#takes(BODY)) return false;
    this.headEnd = this.#at - 1;
    return this.#takesBase64(this.body);
  }

  #takesMiddle(): boolean {
    this.middleStart = this.#at + 1;
    if (!this.#takes(MD5_OF_BODY)) return false;
    this.md5Start = this.#at;
    if (!this.#takesDigest()) return false;
    this.attributesMd5Start = 0;
    if (this.bytes[this.#at + 2] === LETTER_M && !this.#takesAttributes()) return false;
    if (this.#takes(SENDER) && !this.#takesText()) return false;
    if (!this.#takes(SENT) || !this.#takesInteger()) return false;
    this.sendTimestampMillis = this.#integer;
    if (!this.#takes(AVAILABLE) || !this.#takesInteger()) return false;
    this.middleEnd = this.#at;
    return true;
  }

  /** The MD5 of the attributes, when there is one, and the attributes. */
  #takesAttributes(): boolean {
    if (this.#takes(MD5_OF_ATTRIBUTES)) {
      this.attributesMd5Start = this.#at;
      if (!this.#takesDigest()) return false;
    }
    if (!this.#takes(ATTRIBUTES)) return false;
    this.#attributes.clear();
    while (this.#takesAttribute()) {
      if (this.#takesByte(CLOSE_BRACE)) return true;
      if (!this.#takesByte(COMMA) || !this.#takesByte(QUOTE)) return false;
    }
    return false;
  }

  /** From after the first quote of its name. */
  #takesAttribute(): boolean {
    const { bytes } = this;
    const name = this.#at;
    this.#passPlain();
    const nameEnd = this.#at;
    if (!this.#takes(DATA_TYPE)) return false;
    const type = this.#at;
    if (!this.#takes(TEXT_TYPES[0]) && !this.#takes(TEXT_TYPES[1])) return false;
    if (bytes[this.#at] === POINT) this.#passPlain();
    const typeEnd = this.#at;
    if (!this.#takes(STRING_VALUE)) return false;
    const value = this.#at;
    this.#passPlain();
    if (!this.#attributes.add(bytes, name, nameEnd, type, typeEnd, value, this.#at)) return false;
    return this.#takesByte(QUOTE) && this.#takesByte(CLOSE_BRACE);
  }

  #takesReceives(): boolean {
    if (!this.#takes(VISIBLE) || !this.#takesInteger() || !this.#takes(RECEIVED) || !this.#takesInteger()) return false;
    this.receiveCount = this.#integer;
    return this.#takes(TOKEN) && this.#takesToken();
  }

  #takesTail(): boolean {
    this.tailStart = this.#at;
    if (!this.#takes(GENERATION) || !this.#takesInteger()) return false;
    this.queueGeneration = this.#integer;
    this.hasDeduplicationId = false;
    this.sequenceNumber = 0;
    this.tailEnd = this.#at;
    if (this.#takesLast()) return true;
    if (this.#takes(GROUP) && !this.#takesText()) return false;
    this.hasDeduplicationId = this.#takes(DEDUPLICATION_ID);
    if (this.hasDeduplicationId && !this.#takesText()) return false;
    if (this.#takes(SEQUENCE) && !this.#takesSequence()) return false;
    if (this.#takes(SOURCE) && !this.#takesText()) return false;
    this.tailEnd = this.#at;
    return this.#takesLast();
  }

  #takesLast(): boolean {
    return this.#at + 1 === this.#end && this.bytes[this.#at] === CLOSE_BRACE;
  }

  /** One that is 0 has no place in a line. */
  #takesSequence(): boolean {
    if (!this.#takesInteger()) return false;
    this.sequenceNumber = this.#integer;
    return this.sequenceNumber !== 0;
  }

  #takes({ words, last, length }: Literal): boolean {
    const view = this.#view;
    const at = this.#at;
    if (at + length > this.#end) return false;
    for (let i = 0; i < words.length; i++) if (view.getInt32(at + WORD * i) !== words[i]) return false;
    if (view.getInt32(at + length - WORD) !== last) return false;
    this.#at = at + length;
    return true;
  }

  #passPlain(): void {
    const { bytes } = this;
    let at = this.#at;
    while (at < this.#end && IS_PLAIN[bytes[at]!] === 1) at++;
    this.#at = at;
  }

  #takesByte(wanted: number): boolean {
    if (this.#at >= this.#end || this.bytes[this.#at] !== wanted) return false;
    this.#at++;
    return true;
  }

  #takesDigest(): boolean {
    const start = this.#at;
    this.#passPlain();
    return this.#at - start === MD5_DIGITS && this.#takesByte(QUOTE);
  }

  /** The rest of a text that is not empty: one that is has no place in a line. */
  #takesText(): boolean {
    const start = this.#at;
    this.#passPlain();
    return this.#at > start && this.#takesByte(QUOTE);
  }

  #takesInteger(): boolean {
    const { bytes } = this;
    const start = this.#at;
    const limit = Math.min(this.#end, start + MOST_DIGITS + 1);
    let at = start;
    let value = 0;
    for (; at < limit; at++) {
      const byte = bytes[at]!;
      if (byte < ZERO || byte > NINE) break;
      value = value * 10 + byte - ZERO;
    }
    const digits = at - start;
    if (digits === 0 || digits > MOST_DIGITS || (digits > 1 && bytes[start] === ZERO)) return false;
    this.#at = at;
    this.#integer = value;
    return true;
  }

  /** Base64 up to a quote, which is left. */
  #takesBase64(room: Base64Room): boolean {
    const start = this.#at;
    const end = this.bytes.indexOf(QUOTE, start);
    if (end === -1 || end >= this.#end) return false;
    this.#at = end;
    return room.decodeWhole(this.bytes, start, end);
  }

  #takesToken(): boolean {
    if (this.#takes(NULL)) return true;
    return this.#takesByte(QUOTE) && this.#takesBase64(this.#token) && this.#takesByte(QUOTE);
  }
}

/** Text that is compared in words, which takes a quarter of the steps. */
interface Literal {
  readonly length: number;
  readonly words: Int32Array;
  /** The last four bytes, of which some may be in the last whole word, too. */
  readonly last: number;
}

/** @param text ASCII of four characters at least. */
function literal(text: string): Literal {
  const bytes = Buffer.from(text, 'latin1');
  const view = viewOf(bytes);
  const words = Int32Array.from({ length: Math.floor(bytes.length / WORD) }, (_, i) => view.getInt32(WORD * i));
  return { length: bytes.length, words, last: view.getInt32(bytes.length - WORD) };
}

function viewOf({ buffer, byteOffset, byteLength }: Buffer): DataView {
  return new DataView(buffer, byteOffset, byteLength);
}
