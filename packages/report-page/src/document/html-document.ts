import { createHash } from 'node:crypto';
import { embeddedJson } from './embedded-json.ts';

export interface Contents {
  readonly script: string;
  readonly style: string;
  /** Anything that JSON can hold. */
  readonly data: object;
}

/** What each page begins with, in ASCII: by it one is told from other files, before it is replaced. */
export const PAGE_BEGINNING = `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="generator" content="@ekv/report-page">
`;

/** A page whose script finds the data in the element `data`. All but the data is the same in each page. */
export function htmlDocument({ script, style, data }: Contents): string {
  return `${PAGE_BEGINNING}<meta http-equiv="Content-Security-Policy" content="${contentPolicy(script, style)}">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<meta name="referrer" content="no-referrer">
<title>Report</title>
<style>${style}</style>
</head>
<body>
<noscript><p>This report draws itself: allow its script. It is in this file, and can load or send nothing.</p></noscript>
<script type="application/json" id="data">${embeddedJson(data)}</script>
<script>${script}</script>
</body>
</html>
`;
}

/** Nothing may be loaded or sent, this script and this style alone count, and no text can become markup by a slip of the script. */
function contentPolicy(script: string, style: string): string {
  return [
    "default-src 'none'",
    `script-src 'sha256-${sha256(script)}'`,
    `style-src 'sha256-${sha256(style)}'`,
    "base-uri 'none'",
    "form-action 'none'",
    "require-trusted-types-for 'script'",
    "trusted-types 'none'",
  ].join('; ');
}

function sha256(text: string): string {
  return createHash('sha256').update(text).digest('base64');
}
