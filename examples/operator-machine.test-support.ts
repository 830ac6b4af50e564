import { spawnSync } from 'node:child_process';
import { chmodSync, cpSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, dirname, join } from 'node:path';
import { ROOT } from './guide.test-support.ts';

const NODE = join(ROOT, 'fixtures/golden/live/snapshot-folder/node');

/** What a command gave. */
export interface Outcome {
  readonly status: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

/**
 * The machine of an operator, in a temporary folder: `/var/lib` and `/backup` of the guide lie in it, programs of other makers
 * (`systemctl`, `aws`, ...) are on its `PATH` and write down how they were called.
 */
export class OperatorMachine implements Disposable {
  readonly root: string = mkdtempSync(join(tmpdir(), 'ekv-operator-'));
  readonly work: string = this.#folder('work');
  readonly #bin = this.#folder('home/bin');

  constructor() {
    this.#folder('backup');
    const node = this.#folder('var/lib/elastickv/n1');
    cpSync(NODE, node, { recursive: true });
    // What no node would have there.
    rmSync(join(node, 'fsm-snap/00000000000000ff.fsm'), { recursive: true });
  }

  /** Runs what the guide says; with `cwd` of its own only where it says so. */
  run(script: string, cwd = this.work): Outcome {
    const { status, stdout, stderr } = spawnSync('sh', ['-euc', this.#here(script)], {
      cwd,
      encoding: 'utf8',
      env: {
        PATH: [this.#bin, dirname(process.execPath), process.env.PATH].join(delimiter),
        HOME: join(this.root, 'home'),
        LANG: 'C',
      },
    });
    return { status, stdout, stderr };
  }

  /** A program of that name. */
  program(name: string, script: string): void {
    const path = join(this.#bin, name);
    writeFileSync(path, this.#here(script));
    chmodSync(path, 0o755);
  }

  /** A program of another maker, which writes the words that it was called with to a file of its name. */
  standIn(name: string): void {
    this.program(name, `#!/bin/sh\necho "$*" >> '${join(this.root, name)}.calls'\n`);
  }

  /** A path of the guide, here. */
  path(path: string): string {
    return path.startsWith('/') ? join(this.root, path) : join(this.work, path);
  }

  [Symbol.dispose](): void {
    rmSync(this.root, { recursive: true, force: true });
  }

  #folder(path: string): string {
    const folder = join(this.root, path);
    mkdirSync(folder, { recursive: true });
    return folder;
  }

  /** Paths with the same name in the machine's folder. */
  #here(script: string): string {
    return script.replaceAll(/(?<![\w.])\/(?=(?:var\/lib|backup)\b)/g, `${this.root}/`);
  }
}
