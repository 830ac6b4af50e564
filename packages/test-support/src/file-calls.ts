import fs from 'node:fs';
import { syncBuiltinESMExports } from 'node:module';
import { afterEach } from 'vitest';

type Call = (...args: never[]) => unknown;
type CallName = { [Name in keyof typeof fs]: (typeof fs)[Name] extends Call ? Name : never }[keyof typeof fs];

const originals = new Map<CallName, unknown>();

afterEach(restoreCalls);

/** Takes all replacements back. */
export function restoreCalls(): void {
  for (const [name, original] of originals) Object.assign(fs, { [name]: original });
  originals.clear();
  syncBuiltinESMExports();
}

/** Puts a function in the place of one of `node:fs` until the end of the test; it gets the original and its arguments. */
export function replaceCall(name: CallName, replacement: (original: Call, ...args: never[]) => unknown): void {
  const original = fs[name] as Call;
  if (!originals.has(name)) originals.set(name, original);
  Object.assign(fs, { [name]: (...args: never[]) => replacement(original, ...args) });
  syncBuiltinESMExports();
}

/** The error of a system call. */
export function systemError(code: string): Error {
  return Object.assign(new Error(`${code}: made by a test`), { code });
}

/** Lets all writes to files fail whose paths hold this text. */
export function failWrites(name: string, code: string): void {
  const opened = new Map<number, string>();
  replaceCall('openSync', (original, ...args) => {
    const fd = original(...args) as number;
    opened.set(fd, String(args[0]));
    return fd;
  });
  replaceCall('writeSync', (original, ...args) => {
    if (opened.get(args[0])?.includes(name)) throw systemError(code);
    return original(...args);
  });
}
