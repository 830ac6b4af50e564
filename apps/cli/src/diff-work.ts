/** The working thread of `ekv diff`. */
import { serveWork } from '@ekv/command-line';
import { diffWork } from '@ekv/programs/diff/work';

serveWork(diffWork);
