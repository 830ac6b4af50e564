import { fstatSync } from 'node:fs';

/** Columns of the terminal that reads what a program says; `undefined` when none does. */
export function terminalColumns(): number | undefined {
  return (isDevice(1) ? process.stdout.columns : undefined) ?? (isDevice(2) ? process.stderr.columns : undefined);
}

/** The streams of Node know what a terminal is, but take longer to load than all else that a help does. */
function isDevice(descriptor: number): boolean {
  try {
    return fstatSync(descriptor).isCharacterDevice();
  } catch {
    return false;
  }
}
