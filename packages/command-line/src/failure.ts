import { TreeProblemsError } from '@ekv/dump-tree';
import { DataError, EnvironmentError, UsageError } from '@ekv/snapshot';
import type { Failure, FailureKind } from './work-messages.ts';

/** What an error means to an operator. */
export function failureOf(error: unknown): Failure {
  const problems = problemsOf(error);
  if (isOutOfMemory(error))
    return { kind: 'environment', message: OUT_OF_MEMORY, problems: [], stack: error.stack ?? '' };
  const message = error instanceof Error ? error.message : String(error);
  return {
    kind: kindOf(error),
    message: problems.length === 0 ? message : message.slice(0, message.indexOf('\n')),
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

function kindOf(error: unknown): FailureKind {
  if (error instanceof UsageError) return 'usage';
  if (error instanceof DataError) return 'data';
  return error instanceof EnvironmentError ? 'environment' : 'defect';
}

function problemsOf(error: unknown): readonly string[] {
  if (error instanceof TreeProblemsError) return error.problems;
  return error instanceof Error && error.cause instanceof TreeProblemsError ? error.cause.problems : [];
}
