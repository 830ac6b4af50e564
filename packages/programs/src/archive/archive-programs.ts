import { commandGroup } from '@ekv/command-line';
import { LIST } from './list-program.ts';
import { PACK } from './pack-program.ts';
import { UNPACK } from './unpack-program.ts';
import { VERIFY } from './verify-program.ts';

/** `ekv archive`. docs/format/07-restore.md, section 7. */
export const ARCHIVE = commandGroup({
  description: 'Keeps a dump in one file.',
  commands: [
    { name: 'pack', summary: 'make one file of a dump, verified by its CHECKSUMS on the way', load: () => PACK },
    { name: 'unpack', summary: 'make a dump of such a file, verified before it appears', load: () => UNPACK },
    { name: 'verify', summary: 'say whether a dump, a folder or an archive, is what it was', load: () => VERIFY },
    { name: 'list', summary: 'print what is in an archive', load: () => LIST },
  ],
  after: '$0 pack --help and so on show their flags and examples.',
});
