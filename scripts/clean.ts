/** Removes everything that a build, a test run or a measurement wrote. */
import { globSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { ROOT } from './steps.ts';

for (const path of globSync(
  ['{packages,apps}/*/{dist,.turbo}', '{bench,conformance,examples,faults,packaging}/.turbo', '.turbo', 'reports'],
  { cwd: ROOT },
)) {
  rmSync(join(ROOT, path), { recursive: true });
}
