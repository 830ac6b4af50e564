/** The working thread of the program. */
import { serveWork } from '@ekv/command-line';
import { decodeWork } from '@ekv/programs/decode/work';

serveWork(decodeWork);
