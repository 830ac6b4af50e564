/**
 * What a signal does to a run of a program: `stops` it with everything cleaned up; gives a line of `progress`; does `nothing`; `suspends`
 * it; ends it as a `crash`, since no program can listen to it without harm. docs/format/08-cli.md, section 1.2.
 */
type Effect = 'stops' | 'progress' | 'nothing' | 'suspends' | 'crash';

/** Of all signals that a system may have. */
export const whatSignalsDo: Readonly<Partial<Record<NodeJS.Signals, Effect>>> = {
  SIGHUP: 'stops',
  SIGINT: 'stops',
  SIGQUIT: 'stops',
  SIGTERM: 'stops',
  SIGABRT: 'stops',
  SIGIOT: 'stops',
  SIGUSR2: 'stops',
  SIGALRM: 'stops',
  SIGVTALRM: 'stops',
  SIGPROF: 'stops',
  SIGXCPU: 'stops',
  SIGSTKFLT: 'stops',
  SIGIO: 'stops',
  SIGPOLL: 'stops',
  SIGPWR: 'stops',
  SIGUSR1: 'progress',
  SIGINFO: 'progress',
  SIGPIPE: 'nothing',
  SIGXFSZ: 'nothing',
  SIGCHLD: 'nothing',
  SIGCONT: 'nothing',
  SIGURG: 'nothing',
  SIGWINCH: 'nothing',
  SIGTSTP: 'suspends',
  SIGTTIN: 'suspends',
  SIGTTOU: 'suspends',
  SIGSTOP: 'suspends',
  SIGILL: 'crash',
  SIGTRAP: 'crash',
  SIGBUS: 'crash',
  SIGFPE: 'crash',
  SIGSEGV: 'crash',
  SIGSYS: 'crash',
  SIGKILL: 'crash',
};

/** Second names of others. */
const ALIASES: ReadonlySet<string> = new Set(['SIGIOT', 'SIGPOLL']);

/** The signals that stop a run, on Linux. */
export const stops = (Object.keys(whatSignalsDo) as NodeJS.Signals[]).filter(
  (name) => whatSignalsDo[name] === 'stops' && !ALIASES.has(name),
);
