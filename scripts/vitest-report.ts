import { existsSync, readFileSync } from 'node:fs';

/** How many tests passed, failed and were left out. */
export interface Counts {
  readonly passed: number;
  readonly failed: number;
  readonly skipped: number;
}

/** The part of vitest's JSON report that is counted. */
interface Report {
  readonly success: boolean;
  readonly testResults: readonly {
    readonly status: string;
    readonly assertionResults: readonly { readonly status: string }[];
  }[];
}

const CRASHED: Counts = { passed: 0, failed: 1, skipped: 0 };

/**
 * Counts every test of a JSON report. A report that is missing or broken counts as one failure, a file that failed without a
 * failed test too, and so does a run that did not succeed although no test failed.
 */
export function countReport(path: string, exitCode: number): Counts {
  const report = readReport(path);
  if (report === undefined) return CRASHED;
  const statuses = report.testResults.flatMap((file) => file.assertionResults.map((test) => test.status));
  const passed = statuses.filter((status) => status === 'passed').length;
  const failedTests = statuses.filter((status) => status === 'failed').length;
  const crashedFiles = report.testResults.filter(
    (file) => file.status !== 'passed' && !file.assertionResults.some((test) => test.status === 'failed'),
  ).length;
  const failed = failedTests + crashedFiles;
  const crashedRun = failed === 0 && (exitCode !== 0 || !report.success) ? 1 : 0;
  return { passed, failed: failed + crashedRun, skipped: statuses.length - passed - failedTests };
}

function readReport(path: string): Report | undefined {
  if (!existsSync(path)) return undefined;
  try {
    return JSON.parse(readFileSync(path, 'utf8')) as Report;
  } catch {
    return undefined;
  }
}
