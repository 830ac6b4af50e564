import type { Warn } from '@ekv/snapshot';
import type { Compression } from './pack-request.ts';

/** Names that say how a file is packed; others say nothing of it. */
const ENDINGS: Readonly<Record<Compression, RegExp>> = {
  zstd: /\.(tar|t?gz|t?bz2?|t?xz|lz4|zip)$/i,
  none: /\.(t?zst|t?gz|t?bz2?|t?xz|lz4|zip)$/i,
};

const WORDS: Readonly<Record<Compression, string>> = {
  zstd: 'is packed with zstd, as in NAME.tar.zst',
  none: 'is not packed, as in NAME.tar',
};

/** The compression is what was asked for, whatever the name says; who opens the file later goes by its name. */
export function warnOfName(output: string, compression: Compression, warn: Warn): void {
  if (!ENDINGS[compression].test(output)) return;
  warn({
    event: 'archive_name',
    message: `the name of ${output} says another packing than it has: it ${WORDS[compression]}; ekv reads it all the same, and what other programs need is another name`,
    fields: { compression },
  });
}
