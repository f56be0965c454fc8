/** What somebody hands over at the command line: words, files, folders, orders. */
import type { ErrorEntry } from '../error-entry.ts';
import { exitCodes } from '../exit-codes.ts';

export const inputErrors = {
  'usage': {
    sentence: 'The command line is not understood',
    todo: 'Run the command with --help; it starts with examples.',
    exit: exitCodes.usage,
    status: 400,
  },
  'time-invalid': {
    sentence: 'A time is not understood',
    todo: 'Write it as 2026-12-03 (end of that day in the zone of the policy) or as 2026-12-03T12:00:00Z.',
    exit: exitCodes.usage,
    status: 400,
  },
  'connector-unknown': {
    sentence: 'There is no connector of that name',
    todo: 'Choose one of those listed.',
    exit: exitCodes.usage,
    status: 404,
  },
  'path-not-found': {
    sentence: 'There is no such file or folder',
    todo: 'Check the spelling; relative paths start at the current folder.',
    exit: exitCodes.notFound,
    status: 404,
  },
  'path-is-folder': {
    sentence: 'A folder stands where a file is expected',
    todo: 'Name a file.',
    exit: exitCodes.usage,
    status: 400,
  },
  'folder-empty': {
    sentence: 'The folder holds no files',
    todo: 'Put the exports of your systems into it: JSON or NDJSON as their APIs give it, plain or as .gz.',
    exit: exitCodes.notFound,
    status: 404,
  },
  'nothing-understood': {
    sentence: 'None of these files holds objects of a system that Reentry knows',
    todo: 'Hand over what the API of the shop, ERP, helpdesk or gateway answers, as JSON or NDJSON.',
    exit: exitCodes.failed,
    status: 422,
  },
  'file-unreadable': {
    sentence: 'A file cannot be read',
    todo: 'Check its permissions and that the disk is there.',
    exit: exitCodes.failed,
    status: 500,
  },
  'output-unwritable': {
    sentence: 'The output file cannot be written',
    todo: 'Check that its folder exists and may be written.',
    exit: exitCodes.failed,
    status: 500,
  },
  'order-not-found': {
    sentence: 'No order has this number',
    todo: 'Give the number as the shop shows it, or the order key of the audit.',
    exit: exitCodes.notFound,
    status: 404,
  },
  'order-ambiguous': {
    sentence: 'Several orders have this number',
    todo: 'Give the order key instead.',
    exit: exitCodes.refused,
    status: 409,
  },
  'mapping-invalid': {
    sentence: 'The mapping file does not fit',
    todo: 'Correct the named place; mappings/online-retail.json is an example.',
    exit: exitCodes.configuration,
    status: 422,
  },
} as const satisfies Record<string, ErrorEntry>; // prettier-ignore
