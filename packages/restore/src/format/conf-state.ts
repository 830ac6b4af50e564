import { BinaryWriter, WireType } from '@bufbuild/protobuf/wire';
import { WIRE, WireReader } from '@ekv/adapter';

const VOTERS = 1;

/** The members of the group in raft's own form: their node ids, one field each. docs/format/07-restore.md, section 4.3. */
export function writeConfState(voters: readonly bigint[]): Uint8Array {
  const writer = new BinaryWriter();
  for (const voter of voters) writer.tag(VOTERS, WireType.Varint).uint64(voter);
  return writer.finish();
}

/** What a ConfState says. */
export interface ConfState {
  readonly voters: readonly bigint[];
  /** Whether there are other members, such as learners. */
  readonly hasOthers: boolean;
}

/** Throws DataError for broken Protocol Buffers. */
export function readConfState(bytes: Buffer): ConfState {
  const voters: bigint[] = [];
  let hasOthers = false;
  const reader = new WireReader(bytes);
  while (reader.next(bytes.length)) {
    if (reader.field === VOTERS && reader.wireType === WIRE.varint) voters.push(reader.unsigned(bytes.length));
    else {
      hasOthers = true;
      reader.skip(bytes.length);
    }
  }
  return { voters, hasOthers };
}
