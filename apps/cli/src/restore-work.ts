/** The working thread of `ekv restore`. */
import { serveWork } from '@ekv/command-line';
import { restoreWork } from '@ekv/programs/restore/work';

serveWork(restoreWork);
