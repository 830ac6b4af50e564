import { isUtf8 } from 'node:buffer';
import { type FindingKind, type Findings, printable } from '@ekv/snapshot';
import type { Sidecar } from '../files/object-sidecar.ts';
import { etagForm, headerForm, isHeaderName, NO_HEADER, NOT_ASCII } from './header-form.ts';
import {
  BEYOND_LIMITS,
  LAST_MODIFIED_ABSENT,
  LAST_MODIFIED_IN_SECONDS,
  LAST_MODIFIED_UNUSABLE,
  METADATA_NAMES,
  NON_ASCII_HEADERS,
  UNSERVABLE_HEADERS,
  UNSERVABLE_KEYS,
} from './object-findings.ts';

/** Longest key of S3, in bytes. */
const KEY_BYTES = 1024;
const BODY_BYTES = 5n << 40n;
/**
 * Seconds since 1970 from the year 1973 on, taken as milliseconds, are days of 1970 to 1973. Times before that are those of files
 * to which a program gave the begin of time.
 */
const SECONDS_FROM = 10n ** 8n;
const SECONDS_BELOW = 10n ** 11n;
const MOST_PARTS = 10_000;
/** Node's client, for one, refuses an answer with more. */
const HEADER_BYTES = 16 << 10;
/** Of a name in front of a value: `x-amz-meta-`, colon, blank, line end. */
const METADATA_OVERHEAD = 15;

const NO_DETAIL = () => '';

const HEADERS = ['contentType', 'contentEncoding', 'cacheControl', 'contentDisposition'] as const;

/** How people see a place of which only the path is known. */
export interface Places {
  display(path: string): string;
}

/**
 * Looks for values of objects that the format allows and that a server or its clients cannot use. All of them are written
 * as they are. docs/format/05-s3.md, section 7.5.
 */
export class ObjectSense {
  readonly #places: Places;
  readonly #findings: Findings;

  constructor(places: Places, findings: Findings) {
    this.#places = places;
    this.#findings = findings;
  }

  /** @param path of the sidecar, relative to the root; or what stands for it. */
  look(key: Uint8Array, sidecar: Sidecar, path: string): void {
    const time = sidecar.unusableTime;
    if (time !== undefined) this.#add(LAST_MODIFIED_UNUSABLE, path, () => ` (${JSON.stringify(time.slice(0, 60))})`);
    if (!isServableKey(key)) this.#add(UNSERVABLE_KEYS, path, () => ` ("${printable(key)}")`);
    if (!sidecar.hasTime) this.#add(LAST_MODIFIED_ABSENT, path, NO_DETAIL);
    const ms = sidecar.lastModifiedMs;
    if (ms !== undefined && ms >= SECONDS_FROM && ms < SECONDS_BELOW)
      this.#add(LAST_MODIFIED_IN_SECONDS, path, () => ` (${new Date(Number(ms)).toISOString()})`);
    this.#lookAtHeaders(sidecar, path);
    this.#lookAtNames(sidecar, path);
    if (sidecar.size > BODY_BYTES) this.#add(BEYOND_LIMITS, path, () => ` (${sidecar.size} bytes)`);
    const parts = partsOf(sidecar.etag);
    if (parts !== undefined && (parts < 1 || parts > MOST_PARTS))
      this.#add(BEYOND_LIMITS, path, () => ` (etag ${printable(sidecar.etag!)})`);
  }

  #add(kind: FindingKind, path: string, detail: () => string): void {
    this.#findings.add(kind, () => `${this.#places.display(path)}${detail()}`);
  }

  #lookAtHeaders(sidecar: Sidecar, path: string): void {
    const { etag, userMetadata } = sidecar;
    let form = etag === undefined ? 0 : etagForm(etag);
    let bytes = 0;
    for (const name of HEADERS) {
      const text = sidecar[name];
      if (text === undefined) continue;
      form |= headerForm(text);
      bytes += text.length;
    }
    if (userMetadata !== null && userMetadata !== undefined) {
      for (const [name, text] of userMetadata) {
        form |= headerForm(text);
        bytes += METADATA_OVERHEAD + name.length + text.length;
      }
    }
    if ((form & NO_HEADER) !== 0 || bytes > HEADER_BYTES) this.#add(UNSERVABLE_HEADERS, path, NO_DETAIL);
    if ((form & NOT_ASCII) !== 0) this.#add(NON_ASCII_HEADERS, path, NO_DETAIL);
  }

  #lookAtNames({ userMetadata }: Sidecar, path: string): void {
    if (userMetadata === null || userMetadata === undefined || userMetadata.size === 0) return;
    const lower = new Set<string>();
    for (const name of userMetadata.keys()) {
      if (!isHeaderName(name)) return this.#add(METADATA_NAMES, path, () => ` (${JSON.stringify(name)})`);
      lower.add(name.toLowerCase());
    }
    if (lower.size < userMetadata.size) this.#add(METADATA_NAMES, path, NO_DETAIL);
  }
}

/** Whether a request can name the key: a server turns away what its path rules would change. */
function isServableKey(key: Uint8Array): boolean {
  if (key.length > KEY_BYTES || !isUtf8(key)) return false;
  // Nothing but `.` and `/` beside a `/` or an end can make an empty segment or a dot segment.
  for (let start = 0; start < key.length; ) {
    const slash = key.indexOf(SLASH, start);
    const end = slash === -1 ? key.length : slash;
    const length = end - start;
    if (length === 0) return false;
    if (length <= 2 && key[start] === DOT && key[end - 1] === DOT) return false;
    start = end + 1;
  }
  return true;
}

const SLASH = 0x2f;
const DOT = 0x2e;
const HYPHEN = 0x2d;

/** Number of parts that an etag of the form `<32 hex digits>-<number>` gives; `undefined` for every other one. */
function partsOf(etag: Uint8Array | undefined): number | undefined {
  if (etag === undefined || etag.length < 34 || etag[32] !== HYPHEN) return undefined;
  const found = /^[0-9a-f]{32}-(\d+)$/i.exec(Buffer.from(etag).toString('latin1'));
  return found === null ? undefined : Number(found[1]);
}
