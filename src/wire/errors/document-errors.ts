/** Files that the program reads or ships: policy, manifest, plan, log, console. */
import type { ErrorEntry } from '../error-entry.ts';
import { exitCodes } from '../exit-codes.ts';

export const documentErrors = {
  'policy-not-found': {
    sentence: 'There is no such policy file',
    todo: 'Check the spelling, or leave --policy out to use the defaults.',
    exit: exitCodes.notFound,
    status: 404,
  },
  'policy-invalid': {
    sentence: 'The policy file cannot be used',
    todo: 'Correct what is listed; docs/reference/policy.md explains every key.',
    exit: exitCodes.configuration,
    status: 422,
  },
  'manifest-invalid': {
    sentence: 'The manifest of the exports cannot be used',
    todo: 'Write { "readAt": "2026-12-03T06:00:00Z" }, or per file in "files"; or remove the file.',
    exit: exitCodes.configuration,
    status: 422,
  },
  'plan-unreadable': {
    sentence: 'This is no plan, or not one of names and comments',
    todo: 'Give a file that "reentry plan" wrote with --json (for --people also --markdown or --html), or { "names": {}, "comments": {} }.',
    exit: exitCodes.usage,
    status: 422,
  },
  'log-unreadable': {
    sentence: 'The event log or its model cannot be read',
    todo: 'Give CSV, XES, or OCEL 2.0 as JSON, XML or SQLite; a model is PNML or a text that begins with "journey".',
    exit: exitCodes.failed,
    status: 422,
  },
  'sales-unreadable': {
    sentence: 'None of these files holds a line that could be read',
    todo: 'Give invoice lines as CSV, NDJSON, XLSX or Parquet, and the mapping of their columns; the report names each row that was set aside.',
    exit: exitCodes.failed,
    status: 422,
  },
  'console-not-built': {
    sentence: 'The console is not built',
    todo: 'Run "npm ci" (without "--ignore-scripts" and "--omit=dev") or "npm run build:console", and load the page again.',
    exit: exitCodes.configuration,
    status: 503,
  },
} as const satisfies Record<string, ErrorEntry>; // prettier-ignore
