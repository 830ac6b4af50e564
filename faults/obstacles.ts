import { linkSync, lstatSync, mkdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { makeFifo, namesIn, newPlace } from './places.ts';
import { plantWords } from './trees.ts';

/** What can stand in the way at a path; each makes it there, and files in `aside` that it leads to. */
export const OBSTACLES = {
  folder: (path: string, aside: string) => {
    mkdirSync(path);
    writeFileSync(join(path, basename(aside)), 'a folder that is not empty');
  },
  'link to a file': (path: string, aside: string) => {
    writeFileSync(aside, 'what the link leads to');
    symlinkSync(aside, path);
  },
  'link to a folder': (path: string, aside: string) => {
    mkdirSync(aside);
    symlinkSync(aside, path);
  },
  'dangling link': (path: string, aside: string) => symlinkSync(aside, path),
  FIFO: (path: string, _aside: string) => makeFifo(path),
  'hard link': (path: string, aside: string) => {
    writeFileSync(aside, 'a file with two names');
    linkSync(aside, path);
  },
} as const;
export type Obstacle = keyof typeof OBSTACLES;

export const ALL = Object.keys(OBSTACLES) as Obstacle[];
const ASIDE = 'aside';

/** A tree, and a folder `out` with something in the way at `out/NAME`. */
export function setTheScene(obstacle: Obstacle, name: string) {
  const place = newPlace();
  const tree = plantWords(join(place, 'tree'), 'w', 3);
  mkdirSync(join(place, 'out'));
  OBSTACLES[obstacle](join(place, 'out', name), join(place, ASIDE));
  return { place, tree, folder: join(place, 'out'), output: join(place, 'out/x.fsm'), aside: asideOf(place) };
}

/** What the obstacle led to. */
export function asideOf(place: string): string {
  const path = join(place, ASIDE);
  const stat = lstatSync(path, { throwIfNoEntry: false });
  if (stat === undefined) return 'nothing';
  return stat.isDirectory() ? `folder ${namesIn(path)}` : readFileSync(path, 'utf8');
}
