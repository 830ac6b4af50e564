import { TreeProblemsError } from '@ekv/dump-tree';
import { DataError, EnvironmentError, UsageError } from '@ekv/snapshot';
import type { Failure, FailureKind } from './work-messages.ts';

/** What an error means to an operator. */
export function failureOf(error: unknown): Failure {
  return {
    kind: kindOf(error),
    message: error instanceof Error ? error.message : String(error),
    problems: problemsOf(error),
    stack: error instanceof Error ? (error.stack ?? '') : '',
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
