import { fstatSync, statSync } from 'node:fs';

/** A device that is no terminal; the streams would take it for one that may be. */
const NOWHERE = '/dev/null';

/** Columns of the terminal that reads what a program says; `undefined` when none does. */
export function terminalColumns(): number | undefined {
  return (
    (mayBeTerminal(1) ? process.stdout.columns : undefined) ?? (mayBeTerminal(2) ? process.stderr.columns : undefined)
  );
}

/** The streams of Node know what a terminal is, but take longer to load than all else that a help does. */
function mayBeTerminal(descriptor: number): boolean {
  try {
    const stat = fstatSync(descriptor);
    return stat.isCharacterDevice() && stat.rdev !== statSync(NOWHERE, { throwIfNoEntry: false })?.rdev;
  } catch {
    return false;
  }
}
