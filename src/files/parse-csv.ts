/** Splits delimited text into records while it streams. Pure and independent of the encoding. */

export type CsvRecord = {
  /** Line on which the record starts, from 1. */
  readonly line: number;
  readonly cells: string[];
};

export type CsvFault = {
  readonly code: 'unclosed-quote' | 'text-after-quote' | 'record-too-long';
  readonly line: number;
};

export const delimiters = [',', ';', '\t', '|'] as const;

/** A record longer than this is no record: a quote that never closes, or a hole in the file. */
export const recordCharsMax = 4_000_000;

/**
 * Which delimiter a sample uses: the one that splits most lines into the same number of cells, more cells first.
 * A first line `sep=;` (Excel) says it outright.
 */
export function detectDelimiter(sample: string): string {
  const told = /^sep=(.)\r?\n/.exec(sample)?.[1];
  if (told !== undefined) return told;
  const bare = sample.replace(/"(?:[^"]|"")*"/g, '""');
  const lines = bare.split(/\r\n|\n|\r/).filter((line) => line.trim() !== '');
  // The last line of a sample is cut; it counts only where there is no other.
  const whole = (lines.length > 1 ? lines.slice(0, -1) : lines).slice(0, 100);
  let best: { delimiter: string; score: number } = { delimiter: ',', score: 0 };
  for (const delimiter of delimiters) {
    const widths = new Map<number, number>();
    for (const line of whole) {
      const width = line.split(delimiter).length;
      if (width > 1) widths.set(width, (widths.get(width) ?? 0) + 1);
    }
    for (const [width, count] of widths) {
      const score = count * 100 + Math.min(width, 99);
      if (score > best.score) best = { delimiter, score };
    }
  }
  return best.delimiter;
}

/**
 * Records of a stream of text, in batches as they become complete. Quotes double inside quotes; CR, LF and CRLF
 * end a record. `fault` hears what is wrong: after `unclosed-quote` and `record-too-long` the stream ends.
 */
export async function* parseCsv(
  pieces: AsyncIterable<string>,
  delimiter: string,
  fault: (fault: CsvFault) => void,
): AsyncGenerator<CsvRecord[]> {
  let rest = '';
  let line = 1;
  for await (const piece of pieces) {
    const text = rest + piece;
    const parsed = splitRecords(text, line, delimiter, false, fault);
    rest = text.slice(parsed.used);
    line = parsed.line;
    if (parsed.records.length > 0) yield parsed.records;
    if (rest.length > recordCharsMax) {
      fault({ code: 'record-too-long', line });
      return;
    }
  }
  const last = splitRecords(rest, line, delimiter, true, fault);
  if (last.records.length > 0) yield last.records;
}

type Split = { readonly records: CsvRecord[]; readonly used: number; readonly line: number };

/** Complete records of `text`; at the end of the stream also the last one without a line end. */
function splitRecords(
  text: string,
  firstLine: number,
  delimiter: string,
  atEnd: boolean,
  fault: (fault: CsvFault) => void,
): Split {
  const records: CsvRecord[] = [];
  const mark = delimiter.charCodeAt(0);
  const { length } = text;
  let line = firstLine;
  let used = 0;
  let at = 0;
  let cells: string[] = [];
  let start = 0;
  let recordLine = line;
  while (at < length) {
    const code = text.charCodeAt(at);
    if (code === 34 && at === start) {
      const quoted = readQuoted(text, at);
      if (quoted === undefined) {
        if (!atEnd) return { records, used, line: recordLine };
        fault({ code: 'unclosed-quote', line: recordLine });
        return { records, used: length, line };
      }
      // A quote at the very end may be the first of two.
      if (quoted.end === length && !atEnd) return { records, used, line: recordLine };
      let tail = quoted.end;
      while (tail < length && !isEnd(text.charCodeAt(tail), mark)) tail += 1;
      if (tail === length && !atEnd) return { records, used, line: recordLine };
      if (tail > quoted.end && text.slice(quoted.end, tail).trim() !== '') {
        fault({ code: 'text-after-quote', line: recordLine });
      }
      cells.push(quoted.value + text.slice(quoted.end, tail).trimEnd());
      line += quoted.lines;
      at = tail;
    } else {
      let end = at;
      while (end < length && !isEnd(text.charCodeAt(end), mark)) end += 1;
      if (end === length && !atEnd) return { records, used, line: recordLine };
      cells.push(text.slice(start, end));
      at = end;
    }
    const ended = at < length ? text.charCodeAt(at) : 10;
    if (ended === mark) {
      at += 1;
      start = at;
      // A delimiter as the last character opens one more, empty cell.
      if (at === length && atEnd) cells.push('');
      else continue;
    } else if (ended === 13) {
      if (at + 1 === length && !atEnd) return { records, used, line: recordLine };
      at += text.charCodeAt(at + 1) === 10 ? 2 : 1;
    } else at += 1;
    line += 1;
    records.push({ line: recordLine, cells });
    cells = [];
    used = Math.min(at, length);
    start = used;
    recordLine = line;
  }
  return { records, used, line: recordLine };
}

function isEnd(code: number, mark: number): boolean {
  return code === mark || code === 10 || code === 13;
}

function readQuoted(text: string, open: number): { value: string; end: number; lines: number } | undefined {
  let from = open + 1;
  let value = '';
  for (;;) {
    const close = text.indexOf('"', from);
    if (close === -1) return undefined;
    value += text.slice(from, close);
    if (text.charCodeAt(close + 1) !== 34) {
      return { value, end: close + 1, lines: value.includes('\n') ? value.split('\n').length - 1 : 0 };
    }
    value += '"';
    from = close + 2;
  }
}
