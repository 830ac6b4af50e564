import { UsageError } from '@ekv/snapshot';

export function isThere(path: string): UsageError {
  return new UsageError(`the output ${path} exists, and nothing is replaced here; name another one`);
}
