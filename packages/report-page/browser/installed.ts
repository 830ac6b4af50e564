import { spawnSync } from 'node:child_process';

/** Before all tests. */
export default function checkBrowser(): void {
  const { stdout } = spawnSync('chromium', ['--version'], { encoding: 'utf8' });
  if (!/Chromium/.test(stdout ?? '')) {
    throw new Error(
      'chromium is missing; install it: apt-get install chromium (Debian), snap install chromium (Ubuntu)',
    );
  }
}
