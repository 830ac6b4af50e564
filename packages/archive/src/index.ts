export { type ArchiveKind, PACKING_BYTES, type Packing, packingOf } from './compression/archive-kind.ts';
export {
  type ArchiveSink,
  type ArchiveSinkOptions,
  archiveSink,
  type WrittenKind,
} from './compression/archive-sink.ts';
export { type ArchiveFile, type OpenArchive, openArchive } from './compression/open-archive.ts';
export { type UnpackedStream, unpackStream } from './compression/unpack-stream.ts';
export { type ListedMember, type ListRequest, type ListResult, listArchive } from './list/list-archive.ts';
export { type ArchiveLimits, MOST_BYTES, MOST_MEMBERS, MOST_MEMBERS_ELSEWHERE } from './members/archive-limits.ts';
export type { Compression, PackRequest, PackResult } from './pack/pack-request.ts';
export { packTree } from './pack/pack-tree.ts';
export { ReaderGoneError, StandardOutput } from './pack/standard-output.ts';
export type { ArchivePhase, ArchiveProgress, ArchiveRun } from './run/archive-run.ts';
export { TarReader } from './tar/tar-reader.ts';
export { ArchiveFileTarget, type ArchiveTarget } from './tree/archive-target.ts';
export { type OpenArchiveTree, openArchiveTree } from './tree/open-archive-tree.ts';
export { StagedArchive } from './tree/staged-archive.ts';
export { StandardOutputTarget } from './tree/standard-output-target.ts';
export { type UnpackRequest, type UnpackResult, unpackArchive } from './unpack/unpack-archive.ts';
export { verifyDump } from './verify/verify-dump.ts';
export type { Differences, VerifyOutcome, VerifyRequest, VerifyResult } from './verify/verify-request.ts';
