import { UsageError } from '@ekv/snapshot';
import { look } from '@ekv/snapshot/publish';

/** Throws UsageError when something stands there, a link to nothing too; EnvironmentError. */
export function refuseThere(path: string): void {
  if (look(path) === undefined) return;
  throw new UsageError(`the output ${path} exists, and nothing is replaced here; name another one`);
}
