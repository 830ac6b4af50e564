import { type Program, programCommand, withSharedFlags } from '@ekv/command-line';
import { UsageError } from '@ekv/snapshot';
import { EXIT_CODES } from './exit-codes.ts';
import { VERSION } from './version.ts';

const AFTER = `Commands:
  $0 pack     make one file of a dump, verified by its CHECKSUMS on the way
  $0 unpack   make a dump of such a file, verified before it appears
  $0 verify   say whether a dump, a folder or an archive, is what it was
  $0 list     print what is in an archive

  $0 pack --help and so on show their flags and examples.`;

/** What is said when no command is named. @param unknown a word that stands where a command should. */
export function overview(called: string, unknown?: string): Program<never, never> {
  return {
    command: withSharedFlags(
      programCommand({ names: [called], description: 'Keeps a dump in one file.', version: VERSION, after: AFTER }),
    ),
    work: new URL('./work.js', import.meta.url),
    exitCodes: EXIT_CODES,
    requestOf: () => {
      const what = unknown === undefined ? 'name a command' : `unknown command ${JSON.stringify(unknown)}; name one`;
      throw new UsageError(`${what}, pack, unpack, verify or list, as the first word; --help shows examples`);
    },
    endingOf: (result) => result,
    cleanUp: () => () => {},
    stopped: 'nothing was done',
  };
}
