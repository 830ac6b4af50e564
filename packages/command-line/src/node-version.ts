import { EnvironmentError } from '@ekv/snapshot';

/** As in `engines` of the packages: older ones lack exact integers in JSON, among others. */
const OLDEST = [22, 15] as const;

/** Refuses a Node that is too old before anything is done, not in the middle of it. Throws EnvironmentError. */
export function checkNodeVersion(version: string = process.versions.node): void {
  const [major = 0, minor = 0] = version.split('.').map(Number);
  if (major > OLDEST[0] || (major === OLDEST[0] && minor >= OLDEST[1])) return;
  throw new EnvironmentError(
    `Node ${OLDEST.join('.')} or later is needed, this is Node ${version}; install a newer one`,
  );
}
