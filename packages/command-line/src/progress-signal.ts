/**
 * Signals that ask a program how far it is: SIGUSR1, as for dd and restic, and SIGINFO (Ctrl-T) where the system has it.
 * Import this before anything else, and load the rest after it: without a listener Node answers SIGUSR1 with a debugger that
 * every user of the machine can give commands to.
 *
 * The programs are not started with Node's `--disable-sigusr1`: with it Node keeps the signal blocked, and no listener is ever called.
 */
let tell: () => void = () => {
  wasAsked = true;
};
let wasAsked = false;

/** One of a program can have commands in its turn. */
const MOST_COMMANDS = 2;

for (const signal of ['SIGUSR1', 'SIGINFO']) process.on(signal, () => tell());
if (!isOverAtOnce(process.argv.slice(2))) {
  closeDebugger();
  // A signal from before the first line of this can still be on its way to the debugger.
  setImmediate(closeDebugger);
}

/** Names what answers from now on; a question from before is answered at once. */
export function onProgressAsked(listener: () => void): void {
  tell = listener;
  if (wasAsked) listener();
  wasAsked = false;
}

/**
 * Whether nothing but a help or a version is asked for, of the program or of a command of it: the process is gone before anybody could
 * reach a debugger, and to look for one takes as long as all else that it does.
 */
function isOverAtOnce(words: readonly string[]): boolean {
  const [asked = '', ...commands] = words.toReversed();
  if (commands.length > MOST_COMMANDS || commands.some((word) => word.startsWith('-'))) return false;
  return /^--?(?:h|help|version)$/.test(asked) || (words[0] === 'help' && !asked.startsWith('-'));
}

/** Closes a debugger that a signal has started while Node itself was starting; one that was asked for stays. */
function closeDebugger(): void {
  const asked = [...process.execArgv, process.env.NODE_OPTIONS ?? ''].some((text) => text.includes('--inspect'));
  if (asked || !process.features.inspector) return;
  const inspector = process.getBuiltinModule?.('node:inspector');
  if (inspector?.url() !== undefined) inspector.close();
}
