import { UsageError } from '@ekv/snapshot';
import type { GetForm } from './get-form.ts';

/** Throws UsageError for a form of bytes as they are, which a terminal would take for commands. */
export function refuseTerminal(form: GetForm): void {
  if (!process.stdout.isTTY) return;
  if (form === 'raw')
    throw new UsageError(
      '--raw: standard output is a terminal, and bytes can command it; pipe them to a program or a file, or leave out --raw for JSON',
    );
  if (form === 'resp')
    throw new UsageError(
      '--as resp: standard output is a terminal, and bytes can command it; pipe them to redis-cli --pipe or to a file',
    );
}
