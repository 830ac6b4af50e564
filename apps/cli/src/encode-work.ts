/** The working thread of `ekv encode`. */
import { serveWork } from '@ekv/command-line';
import { encodeWork } from '@ekv/programs/encode/work';

serveWork(encodeWork);
