import { EnvironmentError } from '@ekv/snapshot';
import { isNewEnough, OLDEST_NODE } from './oldest-node.ts';

/** Refuses a Node that is too old before anything is done, not in the middle of it. Throws EnvironmentError. */
export function checkNodeVersion(version: string = process.versions.node): void {
  if (isNewEnough(version)) return;
  throw new EnvironmentError(
    `Node ${OLDEST_NODE.join('.')} or later is needed, this is Node ${version}; install a newer one`,
  );
}
