/** The working thread of the program. */
import { serveWork } from '@ekv/command-line';
import { archiveWork } from '@ekv/programs/archive/work';

serveWork(archiveWork);
