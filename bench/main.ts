import { join } from 'node:path';
import { parseOptions, USAGE } from './options.ts';
import { secondsOfAll } from './plan.ts';
import { textReport, writePage } from './report/performance-page.ts';
import { minutes, Suite } from './suite.ts';

const DOCS = join(import.meta.dirname, '..', 'docs');

function say(text: string): void {
  console.error(`bench: ${text}`);
}

try {
  const options = parseOptions(process.argv.slice(2));
  if (options === undefined) console.log(USAGE);
  else {
    const suite = new Suite(options, say);
    const { missing } = suite;
    say(`${missing.length} runs are missing, ${minutes(secondsOfAll(missing, suite.results))}`);
    if (missing.length > 0) await suite.run();
    console.log(textReport(suite.results));
    console.log(`All figures: ${options.results}`);
    if (options.hasReport) console.log(`Report: ${writePage(DOCS, suite.results)}`);
  }
} catch (error) {
  console.error(`bench: ${(error as Error).message}`);
  process.exitCode = 1;
}
