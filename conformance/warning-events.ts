import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const ROOT = fileURLToPath(new URL('..', import.meta.url));

/** An event: small words with `_` between them. In a template `${...}` stands for one of the words. */
const EVENT = String.raw`(?:[a-z][a-z0-9]*|\$\{[^}]*\})(?:_(?:[a-z0-9]+|\$\{[^}]*\}))+`;
const QUOTED = `(['\`])(${EVENT})\\1`;

/** Where sources say an event: as the field, as an argument of what warns or collects warnings, as a key of a table. */
const PLACES = [
  /\bevent: (['`])([a-z0-9_]+)\1/g,
  new RegExp(`\\bevent: ${QUOTED}`, 'g'),
  new RegExp(`\\b\\w*(?:[wW]arn|Findings)\\w*\\(\\s*(?:[\\w.#]+,\\s*)*${QUOTED}`, 'g'),
  new RegExp(`[wW]arnings?\\.add\\(\\s*${QUOTED}`, 'g'),
  new RegExp(`\\bevent: [^,;]*\\? ${QUOTED} : `, 'g'),
  new RegExp(`\\bevent: [^,;]* : ${QUOTED}`, 'g'),
];

/** Events in the sources of all packages and programs, each with a file that says it; templates as they stand there. */
export function eventsOfSources(): Map<string, string> {
  const found = new Map<string, string>();
  for (const group of ['packages', 'apps']) {
    for (const name of readdirSync(join(ROOT, group))) addEvents(join(group, name, 'src'), found);
  }
  return found;
}

function addEvents(folder: string, found: Map<string, string>): void {
  for (const path of readdirSync(join(ROOT, folder), { recursive: true, encoding: 'utf8' })) {
    if (!path.endsWith('.ts') || /\.test(-data)?\.ts$/.test(path)) continue;
    const text = readFileSync(join(ROOT, folder, path), 'utf8').replaceAll(/^\s*(?:\/\/|\/?\*).*$/gm, '');
    for (const event of eventsIn(text)) if (!found.has(event)) found.set(event, join(folder, path));
  }
}

/** Events that a source text says. */
export function eventsIn(text: string): string[] {
  return PLACES.flatMap((place) => [...text.matchAll(place)].map((match) => match[2]!));
}

/** Events that have a row in the table of warnings in docs/errors.md. */
export function eventsOfDocument(): string[] {
  const text = readFileSync(join(ROOT, 'docs/errors.md'), 'utf8');
  const table = text.slice(text.indexOf('\n## Warnings'));
  const cells = [...table.matchAll(/^\| (`[^|]*`) \|/gm)].map((match) => match[1]!);
  return cells.flatMap((cell) => [...cell.matchAll(/`([^`]+)`/g)].map((match) => match[1]!));
}

/** Whether an event of the sources, perhaps a template, means the documented one. */
export function isMeant(event: string, documented: string): boolean {
  const pattern = event.replaceAll(/\$\{[^}]*\}/g, '[a-z0-9]+');
  return new RegExp(`^${pattern}$`).test(documented);
}
