/** As in `engines` of the packages: older ones lack exact integers in JSON, among others. */
export const OLDEST_NODE = [22, 15] as const;

export function isNewEnough(version: string): boolean {
  const [major = 0, minor = 0] = version.split('.').map(Number);
  return major > OLDEST_NODE[0] || (major === OLDEST_NODE[0] && minor >= OLDEST_NODE[1]);
}
