/** The working thread of `ekv decode`. */
import { serveWork } from '@ekv/command-line';
import { decodeWork } from '@ekv/programs/decode/work';

serveWork(decodeWork);
