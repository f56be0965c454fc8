import { Balance, ImportError, type BalanceSheet } from './balance-sheet.ts';
import { Dictionary } from './byte-dictionary.ts';
import {
  countUnorderedCases,
  groupByCase,
  type Column,
  type EventLog,
  type EventOrder,
} from './event-log.ts';
import { xmlText } from './file-chunks.ts';
import { useLocalClock } from './local-clock.ts';
import { Float64List, Uint32List } from './number-list.ts';
import { noteClock, noteTimes } from './read-csv.ts';
import { TimeReader, type TimeForm } from './time-text.ts';
import { isXesType, type XesAttribute, type XesDocument, type XesType } from './xes-document.ts';
import { attributeOf, XmlScanner } from './xml-scan.ts';

export type XesOptions = {
  readonly order?: EventOrder | undefined;
  readonly clock?: 'utc' | undefined;
  /** Attributes to keep as columns, trace attributes as `case:KEY`: all, or by name. */
  readonly keep?: 'all' | readonly string[] | undefined;
  /** Also keep the whole document, for writing it again. */
  readonly document?: boolean;
};

export type XesLog = {
  readonly log: EventLog;
  readonly balance: BalanceSheet;
  readonly document: XesDocument | undefined;
  /** How times were written, per event of `log`. */
  readonly timeForm: Uint16Array;
  readonly timeForms: readonly TimeForm[];
};

const activityKey = 'concept:name';
const timeKey = 'time:timestamp';

/**
 * Reads XES or gzipped XES. Every trace is a case, also where two have one name. Events without `concept:name` are
 * set aside; events without readable time keep their place and take no part in time measures.
 * @throws ImportError for a file that is cut off, not well-formed, not XES, or uses entities.
 */
export async function readXes(path: string, options: XesOptions = {}): Promise<XesLog> {
  const reader = new XesReader(options);
  const scanner = new XmlScanner(reader);
  for await (const text of xmlText(path)) scanner.push(text);
  scanner.end();
  return reader.finish();
}

type Open = { type: XesType; key: string; value: string | undefined; children: XesAttribute[] };
type Place = 'outside' | 'log' | 'global' | 'trace' | 'event';

class XesReader {
  readonly #options: XesOptions;
  readonly #balance = new Balance('xes');
  readonly #times = new TimeReader();
  readonly #activities = new Dictionary();
  readonly #cases: string[] = [];
  readonly #caseOf = new Uint32List();
  readonly #activityOf = new Uint32List();
  readonly #time = new Float64List();
  readonly #form = new Uint32List();
  readonly #columns: ColumnCollector | undefined;
  // Where in the document we are.
  #place: Place = 'outside';
  #eventPlace: Place = 'log';
  readonly #nested: Open[] = [];
  #skipped = 0;
  // The trace and event at hand.
  #caseName: string | undefined;
  #activity: string | undefined;
  #timeText: string | undefined;
  #eventCount = 0;
  #traceEvents = 0;
  readonly #keys = new Set<string>();
  #attributes: XesAttribute[] = [];
  #traceAttributes: XesAttribute[] = [];
  #globalScope = '';
  #document: Mutable | undefined;

  constructor(options: XesOptions) {
    this.#options = options;
    this.#columns = options.keep === undefined ? undefined : new ColumnCollector(options.keep);
    this.#document = options.document === true ? emptyDocument() : undefined;
  }

  open(name: string, attributes: readonly string[]): void {
    if (this.#skipped > 0) {
      this.#skipped++;
      return;
    }
    if (this.#place === 'outside') {
      if (name !== 'log')
        throw new ImportError(
          'xes-not-xes',
          `this is not XES: the root element is <${name.slice(0, 40)}>, not <log>`,
        );
      this.#place = 'log';
      if (this.#document !== undefined) this.#document.header = record(attributes);
      return;
    }
    if (isXesType(name)) this.#openAttribute(name, attributes);
    else if (this.#nested.length > 0) this.#skip(name);
    else this.#openStructure(name, attributes);
  }

  #openAttribute(type: XesType, attributes: readonly string[]): void {
    const key = attributeOf(attributes, 'key') ?? '';
    const value = attributeOf(attributes, 'value');
    if (this.#nested.length === 0 && (this.#place === 'event' || this.#place === 'trace'))
      this.#noteAttribute(key, value);
    this.#nested.push({ type, key, value, children: noChildren });
  }

  /** A direct attribute of a trace or event. */
  #noteAttribute(key: string, value: string | undefined): void {
    if (this.#keys.has(key)) {
      this.#balance.note(
        'duplicate-attribute',
        'attributes given twice in one trace or event; the first counts',
        key,
      );
      return;
    }
    this.#keys.add(key);
    if (this.#place === 'trace') {
      if (key === activityKey) this.#caseName = value;
      this.#columns?.ofTrace(key, value ?? '');
      return;
    }
    if (key === activityKey) this.#activity = value;
    else if (key === timeKey) this.#timeText = value;
    if (key !== activityKey && key !== timeKey) this.#columns?.ofEvent(key, value ?? '');
  }

  #openStructure(name: string, attributes: readonly string[]): void {
    if (name === 'trace' && this.#place === 'log') {
      this.#place = 'trace';
      this.#traceEvents = 0;
      this.#caseName = undefined;
      this.#keys.clear();
      this.#cases.push('');
      this.#columns?.beginTrace();
      if (this.#document !== undefined) this.#traceAttributes = [];
      this.#document?.traces.push({ attributes: this.#traceAttributes, events: [] });
    } else if (name === 'event' && (this.#place === 'trace' || this.#place === 'log')) {
      this.#eventPlace = this.#place;
      this.#place = 'event';
      this.#eventCount++;
      this.#keys.clear();
      this.#activity = undefined;
      this.#timeText = undefined;
      this.#attributes = [];
      this.#columns?.beginEvent();
    } else if (name === 'global' && this.#place === 'log') {
      this.#place = 'global';
      this.#globalScope = attributeOf(attributes, 'scope') ?? '';
      this.#attributes = [];
    } else if ((name === 'extension' || name === 'classifier') && this.#place === 'log') {
      this.#document?.[name === 'extension' ? 'extensions' : 'classifiers'].push(record(attributes));
      this.#skipped = 1;
    } else this.#skip(name);
  }

  #skip(name: string): void {
    this.#balance.setAside('elements', 'unknown-element', 'elements that XES does not know', `<${name}>`);
    this.#skipped = 1;
  }

  close(): void {
    if (this.#skipped > 0) {
      this.#skipped--;
      return;
    }
    const attribute = this.#nested.pop();
    if (attribute !== undefined) {
      this.#keepAttribute(attribute);
      return;
    }
    if (this.#place === 'event') this.#closeEvent();
    else if (this.#place === 'trace') this.#closeTrace();
    else if (this.#place === 'global') {
      this.#document?.globals.push({ scope: this.#globalScope, attributes: this.#attributes });
      this.#place = 'log';
    } else this.#place = 'outside';
  }

  text(text: string): void {
    this.#balance.setAside(
      'texts',
      'text-outside',
      'texts between elements, which XES does not have',
      text.trim(),
    );
  }

  #keepAttribute(attribute: Open): void {
    if (this.#document === undefined) return;
    const parent = this.#nested.at(-1);
    if (parent !== undefined) {
      if (parent.children === noChildren) parent.children = [];
      parent.children.push(attribute);
    } else if (this.#place === 'trace') this.#traceAttributes.push(attribute);
    else if (this.#place === 'log') this.#document.attributes.push(attribute);
    else this.#attributes.push(attribute);
  }

  #closeEvent(): void {
    this.#place = this.#eventPlace;
    if (this.#document !== undefined) {
      if (this.#place === 'trace') this.#document.traces.at(-1)!.events.push(this.#attributes);
      else this.#document.orphans.push(this.#attributes);
    }
    const example = `event ${this.#eventCount}`;
    if (this.#place === 'log') {
      this.#balance.setAside('events', 'event-outside-trace', 'events that belong to no trace', example);
      return;
    }
    this.#traceEvents++;
    if (this.#activity === undefined || this.#activity === '') {
      this.#balance.setAside('events', 'activity-missing', 'events without concept:name', example);
      return;
    }
    const time = this.#timeText === undefined ? NaN : this.#times.readText(this.#timeText);
    if (Number.isNaN(time)) {
      this.#balance.note(
        'time-unreadable',
        'events whose time is missing or unreadable; kept in file order, without time',
        example,
      );
    }
    this.#balance.keep('events');
    this.#caseOf.push(this.#cases.length - 1);
    this.#activityOf.push(this.#activities.idOf(this.#activity));
    this.#time.push(time);
    this.#form.push(this.#times.form);
    this.#columns?.endEvent();
  }

  #closeTrace(): void {
    this.#place = 'log';
    const number = this.#cases.length;
    if (this.#caseName === undefined)
      this.#balance.note(
        'case-unnamed',
        'traces without concept:name; named by their position',
        `trace ${number}`,
      );
    this.#cases[number - 1] = this.#caseName ?? `trace ${number}`;
    if (this.#traceEvents === 0)
      this.#balance.note('case-empty', 'traces without events', this.#cases[number - 1]);
    this.#balance.keep('cases');
  }

  finish(): XesLog {
    const time = this.#time.view();
    const forms = this.#times.forms;
    const local = this.#options.clock !== 'utc' && useLocalClock(time, this.#form.view(), forms);
    const log = groupByCase(
      {
        activities: this.#activities.texts,
        cases: this.#cases,
        case: this.#caseOf.view(),
        activity: this.#activityOf.view(),
        time,
        clock: noteClock(this.#balance, local),
        columns: this.#columns?.columns() ?? [],
      },
      this.#options.order,
    );
    noteTimes(this.#balance, this.#times, false);
    if (this.#options.order !== 'time') {
      this.#balance.note(
        'cases-not-in-time-order',
        'cases whose events are not in time order; kept in file order',
        '',
        countUnorderedCases(log),
      );
    }
    const timeForm = Uint16Array.from(log.row, (row) => this.#form.at(row));
    return { log, balance: this.#balance.sheet(), document: this.#document, timeForm, timeForms: forms };
  }
}

/** Shared by the many attributes without children; replaced before the first push. */
const noChildren: XesAttribute[] = [];

type Mutable = {
  header: Record<string, string>;
  extensions: Record<string, string>[];
  globals: { scope: string; attributes: XesAttribute[] }[];
  classifiers: Record<string, string>[];
  attributes: XesAttribute[];
  traces: { attributes: XesAttribute[]; events: XesAttribute[][] }[];
  orphans: XesAttribute[][];
};

function emptyDocument(): Mutable {
  return {
    header: {},
    extensions: [],
    globals: [],
    classifiers: [],
    attributes: [],
    traces: [],
    orphans: [],
  };
}

function record(attributes: readonly string[]): Record<string, string> {
  const entries: [string, string][] = [];
  for (let i = 0; i < attributes.length; i += 2) entries.push([attributes[i]!, attributes[i + 1]!]);
  return Object.fromEntries(entries);
}

/** Columns that appear while events come: a column met late is filled up with "no value". */
class ColumnCollector {
  readonly #wanted: ReadonlySet<string> | undefined;
  readonly #columns = new Map<string, { texts: Dictionary; values: Uint32List }>();
  #events = 0;
  #trace: [string, string][] = [];
  #event: [string, string][] = [];

  constructor(keep: 'all' | readonly string[]) {
    this.#wanted = keep === 'all' ? undefined : new Set(keep);
  }

  beginTrace(): void {
    this.#trace = [];
  }

  beginEvent(): void {
    this.#event = [];
  }

  ofTrace(key: string, value: string): void {
    if (key !== activityKey) this.#trace.push([`case:${key}`, value]);
  }

  ofEvent(key: string, value: string): void {
    this.#event.push([key, value]);
  }

  endEvent(): void {
    for (const [name, value] of [...this.#trace, ...this.#event]) {
      if (this.#wanted?.has(name) === false) continue;
      let column = this.#columns.get(name);
      if (column === undefined) {
        column = { texts: new Dictionary(), values: new Uint32List() };
        column.texts.idOf('');
        this.#columns.set(name, column);
      }
      while (column.values.length < this.#events) column.values.push(0);
      column.values.push(column.texts.idOf(value));
    }
    this.#events++;
  }

  columns(): Column[] {
    return Array.from(this.#columns, ([name, { texts, values }]) => {
      while (values.length < this.#events) values.push(0);
      return { name, texts: texts.texts, values: values.view() };
    });
  }
}
