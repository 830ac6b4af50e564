import { type ChildProcess, spawn } from 'node:child_process';
import { fileURLToPath } from 'node:url';

const LIMIT_MS = 60_000;

/** Another process that runs a module. */
export interface OtherProcess {
  readonly child: ChildProcess;
  /** Comes when it has written its first text. */
  readonly said: Promise<void>;
  /** Comes at its end; rejected unless it ended well, or was killed by us. */
  readonly ended: Promise<void>;
}

/** @param args words for the module. */
export function startProcess(module: URL, ...args: string[]): OtherProcess {
  const child = spawn(process.execPath, ['--no-warnings', fileURLToPath(module), ...args], {
    stdio: ['ignore', 'pipe', 'pipe'],
    timeout: LIMIT_MS,
  });
  let stderr = '';
  child.stderr.on('data', (text) => {
    stderr += text;
  });
  const said = new Promise<void>((resolve) => child.stdout.once('data', () => resolve()));
  const ended = new Promise<void>((resolve, reject) => {
    child.once('close', (code) => {
      if (code === 0 || child.killed) resolve();
      else reject(new Error(`${module.pathname} failed: ${stderr}`));
    });
  });
  return { child, said, ended };
}
