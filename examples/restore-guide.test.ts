import { execFileSync } from 'node:child_process';
import { chmodSync, existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';

const ROOT = fileURLToPath(new URL('..', import.meta.url));

/** The lines of code in a section of the guide. */
function commandsIn(heading: string): string {
  const guide = readFileSync(join(ROOT, 'docs/restore.md'), 'utf8');
  const section = guide.split(/^## /m).find((text) => text.startsWith(`${heading}\n`))!;
  return section
    .split('\n')
    .filter((line) => line.startsWith('    '))
    .map((line) => line.slice(4))
    .join('\n');
}

test('the commands of "From scratch" give a snapshot that passes its self-test', () => {
  const folder = mkdtempSync(join(tmpdir(), 'ekv-guide-'));
  try {
    for (const name of ['encode', 'decode']) {
      const program = join(folder, `ekv-${name}`);
      writeFileSync(program, `#!/bin/sh\nexec node '${join(ROOT, `apps/${name}-cli/dist/main.js`)}' "$@"\n`);
      chmodSync(program, 0o755);
    }
    const commands = commandsIn('From scratch');
    expect(commands).toContain('ekv-encode --safe');
    execFileSync('sh', ['-euc', commands], {
      cwd: folder,
      env: { ...process.env, PATH: [folder, dirname(process.execPath), process.env.PATH].join(delimiter) },
      stdio: ['ignore', 'ignore', 'pipe'],
    });
    expect(existsSync(join(folder, 'new.fsm'))).toBe(true);
    expect(readFileSync(join(folder, 'whole/redis/db_0/strings/greeting.bin'), 'utf8')).toBe('hello');
    expect(readFileSync(join(folder, 'whole/sqs/orders/messages.jsonl'), 'utf8')).toContain('"body":"ship it"');
  } finally {
    rmSync(folder, { recursive: true });
  }
});
