import { spawn } from 'node:child_process';
import { cpSync, mkdirSync, mkdtempSync, rmSync, symlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { difference, headDifference } from './difference.ts';
import type { GoldenCase, Step } from './golden-case.ts';
import { anyMatch } from './path-pattern.ts';

/** Command line of each program that the cases use, by the name the cases have for it. */
export type Programs = Readonly<Record<string, readonly string[]>>;

const STEP_LIMIT_MS = 600_000;
/** How much of the standard error a message shows, in characters from the end. */
const SHOWN_STDERR = 400;

/** Runs one case in a scratch folder of its own: undefined when it holds, else one line that says what is wrong. */
export async function runCase(golden: GoldenCase, programs: Programs): Promise<string | undefined> {
  const work = mkdtempSync(join(tmpdir(), 'golden-'));
  try {
    const folder = golden.links ? withLinks(golden.folder, golden.links, work) : golden.folder;
    for (const [index, step] of golden.steps.entries()) {
      const wrong = await runStep(step, programs, folder, work);
      if (wrong !== undefined) return `step ${index + 1} (${step.tool}) ${wrong}`;
    }
    return wrongResult(golden, folder, work);
  } finally {
    rmSync(work, { recursive: true, force: true });
  }
}

/** A private copy of the case folder in which the symbolic links of the case exist. */
function withLinks(folder: string, links: Readonly<Record<string, string>>, work: string): string {
  const copy = join(work, '.case');
  cpSync(folder, copy, { recursive: true });
  for (const [path, target] of Object.entries(links)) {
    mkdirSync(dirname(join(copy, path)), { recursive: true });
    symlinkSync(target, join(copy, path));
  }
  return copy;
}

async function runStep(step: Step, programs: Programs, folder: string, work: string): Promise<string | undefined> {
  const program = programs[step.tool];
  if (program === undefined) return 'there is no such program';
  const args = step.args.map((arg) => arg.replaceAll('{case}', folder).replaceAll('{work}', work));
  const { ended, stderr } = await run([...program, ...args]);
  const shown = stderr.slice(-SHOWN_STDERR).trim();
  const wanted = step.exit ?? 0;
  if (ended !== wanted) return `exit ${ended}, expected ${wanted}: ${shown}`;
  const missing = step.stderr?.find((text) => !stderr.toLowerCase().includes(text.toLowerCase()));
  return missing === undefined ? undefined : `standard error lacks ${JSON.stringify(missing)}: ${shown}`;
}

/** Runs a command without standard input. `ended` is the exit code, or the name of the signal that ended it. */
function run(command: readonly string[]): Promise<{ ended: number | string; stderr: string }> {
  return new Promise((resolve, reject) => {
    const child = spawn(command[0] as string, command.slice(1), {
      stdio: ['ignore', 'ignore', 'pipe'],
      timeout: STEP_LIMIT_MS,
      killSignal: 'SIGKILL',
    });
    const pieces: Buffer[] = [];
    child.stderr.on('data', (piece: Buffer) => pieces.push(piece));
    child.on('error', reject);
    child.on('close', (code, signal) => {
      resolve({ ended: code ?? signal ?? 'unknown', stderr: Buffer.concat(pieces).toString('utf8') });
    });
  });
}

function wrongResult(golden: GoldenCase, folder: string, work: string): string | undefined {
  const inWork = (path: string) => byteString(join(work, path));
  const inCase = (path: string) => byteString(join(folder, path));
  for (const [got, want] of Object.entries(golden.expect ?? {})) {
    const wrong = difference(inWork(got), inCase(want));
    if (wrong !== undefined) return `${got}: ${wrong}`;
  }
  for (const [got, [head, size]] of Object.entries(golden.expect_head ?? {})) {
    const wrong = headDifference(inWork(got), inCase(head), size);
    if (wrong !== undefined) return `${got}: ${wrong}`;
  }
  const lacking = golden.present?.find((pattern) => !anyMatch(work, pattern));
  if (lacking !== undefined) return `${lacking} should exist`;
  const unwanted = golden.absent?.find((pattern) => anyMatch(work, pattern));
  return unwanted === undefined ? undefined : `${unwanted} should not exist`;
}

function byteString(path: string): string {
  return Buffer.from(path).toString('latin1');
}
