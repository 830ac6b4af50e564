import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

export const ROOT = fileURLToPath(new URL('..', import.meta.url));

/** A fenced block of docs/operations.md. */
export interface Block {
  /** Heading of the section or part that it stands in. */
  readonly heading: string;
  readonly language: string;
  /** `name=value` after the language. */
  readonly marks: ReadonlyMap<string, string>;
  readonly text: string;
}

const GUIDE = readFileSync(join(ROOT, 'docs/operations.md'), 'utf8');

/** All blocks of the guide, in the order in which they stand. */
export function blocks(): Block[] {
  const found: Block[] = [];
  let heading = '';
  let open: { indent: number; language: string; marks: Map<string, string>; lines: string[] } | undefined;
  for (const line of GUIDE.split('\n')) {
    const fence = /^( *)```(.*)$/.exec(line);
    if (open === undefined) {
      if (line.startsWith('#')) heading = line.replace(/^#+ /, '');
      if (fence === null) continue;
      const [language = '', ...marks] = fence[2]!.split(' ');
      open = { indent: fence[1]!.length, language, marks: new Map(marks.map(splitMark)), lines: [] };
    } else if (fence === null) open.lines.push(line.slice(open.indent));
    else {
      found.push({ heading, language: open.language, marks: open.marks, text: `${open.lines.join('\n')}\n` });
      open = undefined;
    }
  }
  return found;
}

function splitMark(mark: string): [string, string] {
  const [name = '', value = ''] = mark.split('=');
  return [name, value];
}

/** A row of the table of messages. */
export interface MessageRow {
  readonly step: string;
  /** What the message holds. */
  readonly message: string;
}

/** The rows of the table "What can go wrong" whose message is one of ekv. */
export function messageRows(): MessageRow[] {
  const section = GUIDE.split(/^## /m).find((text) => text.startsWith('What can go wrong\n'))!;
  return [...section.matchAll(/^\| ([^|]+) \| `([^`]+)` \|/gm)].map(([, step, message]) => ({
    step: step!,
    message: message!,
  }));
}
