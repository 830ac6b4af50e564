import { EkvError, EnvironmentError } from '@ekv/snapshot';

/** What a source of somebody else's has thrown, with what it was asked for. Work that was called off, and errors of ours, stay as they are. */
export function failureOf(what: string, error: unknown): unknown {
  if (!(error instanceof Error) || error.name === 'AbortError' || error instanceof EkvError) return error;
  return new EnvironmentError(`${what}: ${error.message || error.name}`, { cause: error });
}
