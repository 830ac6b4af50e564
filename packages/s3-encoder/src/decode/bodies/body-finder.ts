import type { RowError, RowSource, ScratchFolder } from '@ekv/snapshot';
import { BLOB_ROWS, REFERENCE_ROWS } from '../../layout/families.ts';
import type { HeadValue } from '../../layout/head-value.ts';
import { ChunkRows } from '../rows.ts';
import { ChunkPayloads } from './chunk-payloads.ts';
import { type ChunkSources, ObjectChunks } from './object-chunks.ts';

/** The chunks of a body, or why they are none. */
export interface FoundBody {
  readonly chunks: ObjectChunks;
  /** The chunk that is refused, if there is one. */
  readonly refused: RowError | undefined;
  /** What is wrong with all of them together. */
  readonly fault: string | undefined;
}

/** Finds the bodies of some objects, in the order of their rows, and passes over those of others. docs/format/05-s3.md, section 2.5. */
export class BodyFinder {
  readonly #sources: ChunkSources;

  /** Checks the payloads of chunks that lie elsewhere. Throws RowError. */
  constructor(source: RowSource, scratch: ScratchFolder) {
    this.#sources = {
      payloads: new ChunkPayloads(source, scratch),
      blobs: new ChunkRows(source, BLOB_ROWS, { bodies: 'passed over' }),
      references: new ChunkRows(source, REFERENCE_ROWS),
    };
  }

  /** @param id of the object; ids must rise from call to call. Throws RowError for keys of chunks. */
  find(id: Buffer, head: HeadValue): FoundBody {
    const { blobs, references } = this.#sources;
    blobs.skipToObject(id);
    references.skipToObject(id);
    const chunks = new ObjectChunks(head);
    const refused = chunks.takeAll(id, this.#sources);
    return { chunks, refused, fault: chunks.bodyFault(head) };
  }

  close(): void {
    this.#sources.payloads.close();
  }
}
