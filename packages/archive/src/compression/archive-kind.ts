/** How a file is packed, by its first bytes: what is neither zstd nor gzip counts as plain. */
export type Packing = 'plain' | 'zstd' | 'gzip';

/** A tar archive, as it is packed. */
export type ArchiveKind = 'tar' | 'tar.zst' | 'tar.gz';

/** So many first bytes tell the packing. */
export const PACKING_BYTES = 4;

/** @param first the first {@link PACKING_BYTES} bytes, or all when there are fewer. RFC 8878, section 3.1; RFC 1952, section 2.3.1. */
export function packingOf(first: Uint8Array): Packing {
  if (isZstdFrame(first) || isSkippableFrame(first)) return 'zstd';
  return first[0] === 0x1f && first[1] === 0x8b ? 'gzip' : 'plain';
}

export function isZstdFrame(bytes: Uint8Array): boolean {
  return bytes[0] === 0x28 && bytes[1] === 0xb5 && bytes[2] === 0x2f && bytes[3] === 0xfd;
}

export function isSkippableFrame(bytes: Uint8Array): boolean {
  return (bytes[0]! & 0xf0) === 0x50 && bytes[1] === 0x2a && bytes[2] === 0x4d && bytes[3] === 0x18;
}

const KINDS: Readonly<Record<Packing, ArchiveKind>> = { plain: 'tar', zstd: 'tar.zst', gzip: 'tar.gz' };

export function archiveKindOf(packing: Packing): ArchiveKind {
  return KINDS[packing];
}
