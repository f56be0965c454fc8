/** One audit: files in, states and report out. */
import { readFileSync } from 'node:fs';
import { connectors } from '../connectors/registry.ts';
import type { OrderState } from '../kernel/order-state.ts';
import { defaultPolicyFile, parsePolicyFile, type PolicyFile } from '../kernel/policy-file.ts';
import type { Language } from '../kernel/wording.ts';
import type { ReportHead, ReportOrder } from '../wire/audit-report.ts';
import { AppError } from '../wire/errors.ts';
import { decodeText } from './decode-text.ts';
import { findFiles, isMissing, type FoundFile } from './find-files.ts';
import { findOrphans, findUnread } from './find-others.ts';
import { OrderTaker } from './lane-work.ts';
import { Lanes } from './lanes.ts';
import { loadExports, type Loaded } from './load-exports.ts';
import { locateJsonError, placeOf } from './locate-json-error.ts';
import { parseManifest, readTimes, type ReadTimes } from './read-times.ts';
import { areAlone, reconcileEach, type Reconciled } from './reconcile.ts';
import { reportStreamed } from './reconcile-streamed.ts';
import { ReportBuilder, type ReportOptions } from './report-builder.ts';

export type AuditInput = {
  readonly paths: readonly string[];
  /** Epoch milliseconds to judge at; given the zone of the policy, because a date ends with its day there. */
  readonly asOf: (zone: string) => number;
  readonly policyPath?: string;
  /** When all files were read (epoch ms), where no manifest says it. */
  readonly readAt?: number;
  readonly language: Language;
};

export type AuditRun = {
  readonly head: ReportHead;
  readonly policy: PolicyFile;
};

/**
 * Runs an audit. `begin` gives who takes the states, with the builder that can describe them; it may be called a
 * second time, and then what the first one took does not count.
 */
export async function runAudit(
  input: AuditInput,
  begin: (builder: ReportBuilder) => (state: OrderState) => void,
): Promise<AuditRun> {
  const audit = await loadAudit(input);
  try {
    return visitStates(audit, begin);
  } finally {
    await audit.lanes.close();
  }
}

/**
 * Runs an audit for its report alone: states are not handed over, so that several threads can fold. `rows`: is every
 * order wanted as JSON? `begin` gives who takes orders with problems and those rows, as in `runAudit`.
 */
export async function reportAudit(
  input: AuditInput,
  rows: boolean,
  begin: () => (orders: readonly ReportOrder[], rows: readonly string[]) => void,
): Promise<AuditRun> {
  const audit = await loadAudit(input);
  const { loaded, describe, now } = audit;
  try {
    if (!areAlone(loaded.streamed, loaded.connections)) {
      return visitStates(audit, (builder) => {
        const take = begin();
        return (state) => {
          const taker = new OrderTaker(builder, rows);
          taker.describe(state);
          take(taker.orders, taker.rows);
        };
      });
    }
    let builder = new ReportBuilder(describe);
    const fold = { policy: describe.policy, now, incomplete: loaded.incomplete, until: now };
    const found = await reportStreamed(
      loaded.streamed,
      audit.lanes,
      { fold, report: describe, rows },
      { begin: () => ({ builder: (builder = new ReportBuilder(describe)), take: begin() }) },
    );
    return finish(audit, builder, found);
  } finally {
    await audit.lanes.close();
  }
}

type LoadedAudit = {
  readonly settings: PolicyFile;
  readonly policyShown: ReportHead['policy'];
  readonly loaded: Loaded;
  readonly now: number;
  readonly describe: ReportOptions;
  readonly lanes: Lanes;
};

async function loadAudit(input: AuditInput): Promise<LoadedAudit> {
  const all = findFiles(input.paths);
  const policyFile = input.policyPath ?? all.find((file) => isNamed(file, 'policy.json'))?.path;
  const policyShown =
    policyFile === undefined ? {} : { file: input.policyPath ?? shownName(all, policyFile) };
  const settings =
    policyFile === undefined ? defaultPolicyFile() : readPolicyFile(policyFile, policyShown.file ?? '');
  const manifest = all.find((file) => isNamed(file, 'manifest.json'));
  const times = manifest === undefined ? undefined : readManifest(manifest);
  const files = all.filter((file) => file.path !== policyFile && !(file === manifest && times !== undefined));
  const { policy } = settings;
  const lanes = new Lanes();
  try {
    const loaded = await loadExports(files, {
      connections: settings.connections,
      zone: policy.zone,
      currency: settings.currency,
      readTimes: times ?? readTimes(new Map(), input.readAt),
      lanes,
    });
    const now = input.asOf(policy.zone);
    const describe = { policy, asOf: new Date(now).toISOString(), language: input.language };
    return { settings, policyShown, loaded, now, describe, lanes };
  } catch (error) {
    await lanes.close();
    throw error;
  }
}

function visitStates(
  audit: LoadedAudit,
  begin: (builder: ReportBuilder) => (state: OrderState) => void,
): AuditRun {
  const { loaded, describe, now } = audit;
  let builder = new ReportBuilder(describe);
  const found = reconcileEach(
    loaded.connections,
    describe.policy,
    now,
    () => {
      builder = new ReportBuilder(describe);
      const visit = begin(builder);
      return (state) => {
        builder.add(state);
        visit(state);
      };
    },
    { streamed: loaded.streamed, incomplete: loaded.incomplete, until: now },
  );
  return finish(audit, builder, found);
}

function finish(
  { loaded, policyShown, settings, describe }: LoadedAudit,
  builder: ReportBuilder,
  found: Omit<Reconciled, 'states'>,
): AuditRun {
  const { policy } = describe;
  const head = builder.head({
    policy: policyShown,
    laterFacts: found.laterCount,
    incomplete: [...loaded.incomplete, ...found.missing],
    imports: loaded.imports(),
    others: [...findOrphans(found.orphans, policy), ...findUnread(found.unread, policy)],
    coverage: found.coverage,
    facts: found.factCount,
  });
  return { head, policy: settings };
}

/** In the audited folder itself or directly below, not deep inside an export. */
const isNamed = (file: FoundFile, name: string): boolean => file.name === name;

const shownName = (files: readonly FoundFile[], path: string): string =>
  files.find((file) => file.path === path)?.name ?? path;

/** Reads a policy file. Throws `policy-not-found` or `policy-invalid` with every error listed. */
export function readPolicyFile(path: string, shown = path): PolicyFile {
  const value = readJsonFile(path, shown, 'policy-not-found', 'policy-invalid');
  const result = parsePolicyFile(
    value,
    connectors.map((connector) => connector.name),
  );
  if (result.ok) return result;
  const lines = result.errors.map(
    (error) => `\n  ${error.path === '' ? '' : `${error.path}: `}${error.message}`,
  );
  throw new AppError('policy-invalid', { detail: `${shown}${lines.join('')}` });
}

function readManifest(file: FoundFile): ReadTimes | undefined {
  const value = readJsonFile(file.path, file.name, 'path-not-found', 'manifest-invalid');
  const times = parseManifest(value);
  if (typeof times === 'string') throw new AppError('manifest-invalid', { detail: `${file.name}: ${times}` });
  return times;
}

function readJsonFile(
  path: string,
  shown: string,
  missing: 'policy-not-found' | 'path-not-found',
  invalid: 'policy-invalid' | 'manifest-invalid',
): unknown {
  let bytes: Buffer;
  try {
    bytes = readFileSync(path);
  } catch (cause) {
    throw new AppError(isMissing(cause) ? missing : 'file-unreadable', { detail: shown, cause });
  }
  const decoded = decodeText(bytes);
  if (!decoded.ok) throw new AppError(invalid, { detail: `${shown}: ${decoded.message}` });
  const text = decoded.bytes.toString('utf8');
  const broken = locateJsonError(text);
  if (broken !== undefined) {
    const { line, column } = placeOf(text, broken.offset);
    const why = broken.atEnd ? 'the file ends in the middle of a value' : 'this is not JSON';
    throw new AppError(invalid, { detail: `${shown}, line ${line}, column ${column}: ${why}` });
  }
  return JSON.parse(text);
}
