import { EkvError, EnvironmentError } from '@ekv/snapshot';

/** An error of somebody else's source, with what it is about; itself when it says so already, or is an abort. */
export function sourceError(error: unknown, what: string): unknown {
  if (!(error instanceof Error) || error instanceof EkvError || error.name === 'AbortError') return error;
  return new EnvironmentError(`${what}: ${error.message}`, { cause: error });
}
