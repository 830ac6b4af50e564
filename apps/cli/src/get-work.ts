/** The working thread of `ekv get`. */
import { serveWork } from '@ekv/command-line';
import { getWork } from '@ekv/programs/get/work';

serveWork(getWork);
