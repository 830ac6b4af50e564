/** The working thread of the program. */
import { serveWork } from '@ekv/command-line';
import { restoreWork } from '@ekv/programs/restore/work';

serveWork(restoreWork);
