/** The working thread of `ekv archive`. */
import { serveWork } from '@ekv/command-line';
import { archiveWork } from '@ekv/programs/archive/work';

serveWork(archiveWork);
