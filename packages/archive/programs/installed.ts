import { spawnSync } from 'node:child_process';

/** What the tests here run: how each says that it is the one that is meant, and what to install when it is not there. */
const PROGRAMS: ReadonlyArray<readonly [program: string, args: readonly string[], says: RegExp, install: string]> = [
  ['tar', ['--version'], /GNU tar/, 'apt-get install tar'],
  ['bsdtar', ['--version'], /bsdtar/, 'apt-get install libarchive-tools'],
  ['zstd', ['--version'], /Zstandard/i, 'apt-get install zstd'],
  ['python3', ['-c', 'import tarfile; print(tarfile.data_filter)'], /data_filter/, 'apt-get install python3 (3.12)'],
  ['sha256sum', ['--version'], /GNU coreutils/, 'apt-get install coreutils'],
];

/** Before all tests. */
export default function checkPrograms(): void {
  const missing = PROGRAMS.filter(([program, args, says]) => {
    const { stdout } = spawnSync(program, args, { encoding: 'utf8' });
    return !says.test(stdout ?? '');
  });
  if (missing.length === 0) return;
  const lines = missing.map(
    ([program, , says, install]) => `${program} (${says.source}) is missing; install it: ${install}`,
  );
  throw new Error(lines.join('\n'));
}
