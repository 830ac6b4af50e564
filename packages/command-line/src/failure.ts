import { TreeProblemsError } from '@ekv/dump-tree';
import { DataError, EnvironmentError, machineReason, UsageError } from '@ekv/snapshot';
import { deniedHint } from './denied.ts';
import type { Failure, FailureKind } from './work-messages.ts';

/** What an error means to an operator. */
export function failureOf(error: unknown): Failure {
  const problems = problemsOf(error);
  if (isOutOfMemory(error))
    return { kind: 'environment', message: OUT_OF_MEMORY, problems: [], stack: error.stack ?? '' };
  const refusal = machineRefusal(error);
  if (refusal !== undefined) return { ...refusal, problems: [] };
  const message = error instanceof Error ? error.message : String(error);
  return {
    kind: kindOf(error),
    message: problems.length === 0 ? `${message}${deniedHint(error)}` : message.slice(0, message.indexOf('\n')),
    problems,
    stack: error instanceof Error ? (error.stack ?? '') : '',
  };
}

const OUT_OF_MEMORY =
  'the memory is used up; give the run more with NODE_OPTIONS=--max-old-space-size=MEBIBYTES, or run it on a larger machine';

function isOutOfMemory(error: unknown): error is Error {
  if (!(error instanceof Error)) return false;
  const isThread = 'code' in error && error.code === 'ERR_WORKER_OUT_OF_MEMORY';
  return isThread || (error instanceof RangeError && error.message === 'Array buffer allocation failed');
}

/** A thread that the machine does not give, or a system call that it refuses and nobody has named. */
function machineRefusal(error: unknown): Omit<Failure, 'problems'> | undefined {
  if (!(error instanceof Error) || !('code' in error)) return undefined;
  const { stack = '' } = error;
  if (error.code === 'ERR_WORKER_INIT_FAILED') {
    const code = /\bE[A-Z]+\b/.exec(error.message)?.[0] ?? '';
    return { kind: 'environment', message: `cannot start a thread: ${machineReason(code) ?? error.message}`, stack };
  }
  const { code, syscall, path } = error as NodeJS.ErrnoException;
  const reason = machineReason(code ?? '');
  if (syscall === undefined || reason === undefined) return undefined;
  return {
    kind: 'environment',
    message: `cannot ${syscall}${path === undefined ? '' : ` ${path}`}: ${reason}${deniedHint(error)}`,
    stack,
  };
}

function kindOf(error: unknown): FailureKind {
  if (error instanceof UsageError) return 'usage';
  if (error instanceof DataError) return 'data';
  return error instanceof EnvironmentError ? 'environment' : 'defect';
}

function problemsOf(error: unknown): readonly string[] {
  if (error instanceof TreeProblemsError) return error.problems;
  return error instanceof Error && error.cause instanceof TreeProblemsError ? error.cause.problems : [];
}
