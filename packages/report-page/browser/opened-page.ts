import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Browser, type BrowserContextOptions, chromium, type Page } from 'playwright-core';

/** A browser without a window. */
export function startBrowser(): Promise<Browser> {
  // The sandbox needs rights that root in a container does not have; the pages are our own.
  return chromium.launch({ executablePath: findChromium(), args: ['--no-sandbox'] });
}

function findChromium(): string {
  return execFileSync('sh', ['-c', 'command -v chromium'], { encoding: 'utf8' }).trim();
}

/** A page from a file, with all that it asked for and complained of. */
export class OpenedPage {
  readonly page: Page;
  /** Addresses, the page itself first. */
  readonly requests: string[] = [];
  readonly complaints: string[] = [];
  readonly #folder: string;

  private constructor(page: Page, folder: string) {
    this.page = page;
    this.#folder = folder;
    page.on('request', (request) => this.requests.push(request.url()));
    page.on('console', (message) => this.complaints.push(`${message.type()}: ${message.text()}`));
    page.on('pageerror', (error) => this.complaints.push(String(error)));
    page.on('dialog', (dialog) => this.complaints.push(dialog.message()));
  }

  static async open(
    browser: Browser,
    html: string,
    options: BrowserContextOptions & { hash?: string } = {},
  ): Promise<OpenedPage> {
    const folder = mkdtempSync(join(tmpdir(), 'ekv-page-'));
    const file = join(folder, 'report.html');
    writeFileSync(file, html);
    const opened = new OpenedPage(await browser.newPage(options), folder);
    opened.page.setDefaultTimeout(5000);
    await opened.page.goto(`file://${file}${options.hash ?? ''}`);
    return opened;
  }

  async close(): Promise<void> {
    await this.page.close();
    rmSync(this.#folder, { recursive: true });
  }
}
