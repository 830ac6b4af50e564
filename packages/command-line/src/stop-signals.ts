/** Whether a listener of SIGPROF would take the signal away from a profiler of Node, and so be called many times a second. */
const IS_PROFILED = [...process.execArgv, process.env.NODE_OPTIONS ?? ''].some((text) => /--(cpu-)?prof\b/.test(text));

/**
 * Signals that stop a run: all that end a process which does not listen, and that can be listened to without harm. What a system does
 * not have never comes.
 *
 * Left out are those that Node ignores, so that a call fails instead (SIGPIPE, SIGXFSZ); those of a defect of the process itself, after
 * which the same instruction would come again for ever (SIGILL, SIGTRAP, SIGBUS, SIGFPE, SIGSEGV, SIGSYS); real-time signals, which
 * Node cannot listen to; and SIGKILL. docs/format/08-cli.md, section 1.2.
 */
export const STOP_SIGNALS: readonly NodeJS.Signals[] = [
  'SIGINT',
  'SIGTERM',
  'SIGHUP',
  'SIGQUIT',
  'SIGABRT',
  'SIGUSR2',
  'SIGALRM',
  'SIGVTALRM',
  'SIGXCPU',
  'SIGSTKFLT',
  'SIGPWR',
  ...(IS_PROFILED ? [] : (['SIGPROF'] as const)),
  // Elsewhere it is discarded.
  ...(process.platform === 'linux' ? (['SIGIO'] as const) : []),
];
