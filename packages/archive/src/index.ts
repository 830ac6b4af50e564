export type { ArchiveKind, Packing } from './compression/archive-kind.ts';
export { type ArchiveSink, archiveSink } from './compression/archive-sink.ts';
export type { ByteStream } from './compression/input-window.ts';
export { type ArchiveFile, type OpenArchive, openArchive } from './compression/open-archive.ts';
export { type UnpackedStream, unpackStream } from './compression/unpack-stream.ts';
export { TarReader } from './tar/tar-reader.ts';
