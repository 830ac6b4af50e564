/** Writes the man pages to `dist/man`; a step of the build, behind that of the bundles. */
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { COMMANDS } from '../commands.ts';
import { manPages } from './man-pages.ts';

const PACKAGE = join(import.meta.dirname, '../..');
const FOLDER = join(PACKAGE, 'dist/man');

const { version } = JSON.parse(readFileSync(join(PACKAGE, 'package.json'), 'utf8')) as { version: string };
mkdirSync(FOLDER, { recursive: true });
for (const [name, page] of await manPages(COMMANDS, `ekv/${version}`)) writeFileSync(join(FOLDER, name), page);
