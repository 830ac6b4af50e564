import { DESCRIPTION_JSON } from '@ekv/dump-tree';
import type { EncodeContext } from '../encode/encode-context.ts';
import { readFormatVersion, readText, skipUnknown } from '../encode/json-fields.ts';
import { LAST_MODIFIED_UNUSABLE } from '../sense/object-findings.ts';
import { lastModifiedMs } from './last-modified.ts';
import type { Sidecar } from './sidecar-facts.ts';

const I64_MAX = (1n << 63n) - 1n;
const NO_TEXT = Buffer.alloc(0);

/** Reads sidecars, each into the same buffer. docs/format/05-s3.md, section 2.4. */
export class SidecarReader {
  readonly #context: EncodeContext;
  #bytes = Buffer.allocUnsafe(1 << 12);

  constructor(context: EncodeContext) {
    this.#context = context;
  }

  /** Throws DataError, with path and line. */
  read(path: string): Sidecar {
    const { tree, reader } = this.#context;
    const bytes = tree.read(path, DESCRIPTION_JSON);
    // The texts are needed when the body is read, into the tree's own buffer.
    if (bytes.length > this.#bytes.length) this.#bytes = Buffer.allocUnsafe(bytes.length * 2);
    bytes.copy(this.#bytes);
    reader.reset(tree.display(path), this.#bytes, 0, bytes.length);
    return this.#object(path);
  }

  #object(path: string): Sidecar {
    const context = this.#context;
    const { reader } = context;
    const texts: Record<string, Buffer | undefined> = {};
    let size = 0n;
    let modified: bigint | undefined;
    let userMetadata: ReadonlyMap<string, Buffer> | null = null;
    let versionSeen = false;
    const start = reader.mark();
    reader.object((field) => {
      switch (field) {
        case 'format_version':
          versionSeen = readFormatVersion(context);
          return;
        case 'size_bytes':
          size = reader.takeNull() ? 0n : this.#size();
          return;
        case 'last_modified':
          modified = this.#lastModified();
          return;
        case 'user_metadata':
          userMetadata = this.#userMetadata();
          return;
        case 'etag':
        case 'content_type':
        case 'content_encoding':
        case 'cache_control':
        case 'content_disposition':
          texts[field] = readText(context, field);
          return;
        default:
          skipUnknown(context, field, path);
      }
    }, 'the file');
    reader.end();
    if (!versionSeen) reader.failAtMark(start, '"format_version" is missing, it must be 1');
    return {
      size,
      lastModifiedMs: modified ?? 0n,
      hasTime: modified !== undefined,
      userMetadata,
      etag: texts.etag,
      contentType: texts.content_type,
      contentEncoding: texts.content_encoding,
      cacheControl: texts.cache_control,
      contentDisposition: texts.content_disposition,
    };
  }

  /** No body has a negative length; `-0` is a way to write 0. */
  #size(): bigint {
    const { reader } = this.#context;
    const text = reader.number('"size_bytes"');
    if (/^-?(0|[1-9][0-9]{0,18})$/.test(text) && BigInt(text) <= I64_MAX) return BigInt(text);
    return reader.fail(
      `"size_bytes" must be an integer in plain digits, of 64 bits with a sign, not ${text.slice(0, 40)}`,
    );
  }

  /** `undefined` when there is none. */
  #lastModified(): bigint | undefined {
    const { reader, findings } = this.#context;
    const text = readText(this.#context, 'last_modified')?.toString() ?? '';
    if (text === '') return undefined;
    const ms = lastModifiedMs(text);
    if (ms === undefined)
      findings.add(LAST_MODIFIED_UNUSABLE, () => `${reader.path} (${JSON.stringify(text.slice(0, 60))})`);
    return ms ?? 0n;
  }

  #userMetadata(): ReadonlyMap<string, Buffer> | null {
    const { reader } = this.#context;
    if (reader.takeNull()) return null;
    const metadata = new Map<string, Buffer>();
    reader.object((name) => {
      metadata.set(name, reader.takeNull() ? NO_TEXT : reader.stringBytes('a value of "user_metadata"'));
    }, '"user_metadata"');
    return metadata;
  }
}
