/** The working thread of the program. */
import { serveWork } from '@ekv/command-line';
import { encodeWork } from '@ekv/programs/encode/work';

serveWork(encodeWork);
