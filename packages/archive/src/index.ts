export { type ArchiveKind, PACKING_BYTES, type Packing, packingOf } from './compression/archive-kind.ts';
export { type ArchiveSink, archiveSink } from './compression/archive-sink.ts';
export { type ArchiveFile, type OpenArchive, openArchive } from './compression/open-archive.ts';
export { type UnpackedStream, unpackStream } from './compression/unpack-stream.ts';
export { ReaderGoneError } from './pack/standard-output.ts';
export { TarReader } from './tar/tar-reader.ts';
export { ArchiveFileTarget, type ArchiveTarget } from './tree/archive-target.ts';
export { StagedArchive, type WrittenKind } from './tree/staged-archive.ts';
export { StandardOutputTarget } from './tree/standard-output-target.ts';
