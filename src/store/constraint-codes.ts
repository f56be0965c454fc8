/**
 * What the database refuses, as codes of ours: each named constraint of the schema that can be hit by what people or
 * other systems do. A test compares this list with the live catalog.
 */

/** Constraint → code. Unique indexes count as constraints. */
export const constraintCodes = {
  connections_pkey: 'connection-exists',
  connections_status_check: 'connection-status-unknown',
  connections_system_check: 'connection-system-unknown',
  policy_values_pkey: 'policy-value-exists',
  policy_values_valid_check: 'policy-value-ends-before-it-begins',
  sweep_cursors_pkey: 'cursor-exists',
  leases_pkey: 'lease-taken',
  deliveries_pkey: 'delivery-exists',
  deliveries_pending_key: 'delivery-pending',
  observations_pkey: 'observation-exists',
  observations_archive_check: 'observation-without-body',
  objects_pkey: 'object-exists',
  objects_observation_fkey: 'observation-missing',
  object_dependents_pkey: 'dependent-exists',
  object_marks_pkey: 'object-marked',
  match_claims_pkey: 'claim-exists',
  match_claims_active_key: 'part-already-matched',
  keys_pkey: 'key-exists',
  keys_role_check: 'key-role-unknown',
  order_marks_pkey: 'order-marked',
  order_objects_pkey: 'object-filed',
  facts_pkey: 'fact-exists',
  archived_orders_pkey: 'order-archived',
  order_states_pkey: 'order-exists',
  order_states_verdict_check: 'verdict-unknown',
  open_items_pkey: 'open-item-exists',
  problems_pkey: 'problem-exists',
  problems_severity_check: 'severity-out-of-range',
  commands_pkey: 'command-exists',
  commands_generation_key: 'command-generation-exists',
  commands_effect_key: 'command-effect-exists',
  commands_status_check: 'command-status-unknown',
  commands_mode_check: 'command-mode-unknown',
  commands_live_key: 'command-already-live',
  commands_sending_key: 'order-already-sending',
  command_attempts_pkey: 'attempt-exists',
  command_attempts_command_fkey: 'command-missing',
  command_attempts_step_check: 'attempt-step-unknown',
  desk_entries_pkey: 'desk-entry-exists',
  order_returns_pkey: 'return-exists',
  order_returns_kind_check: 'return-kind-unknown',
  held_goods_pkey: 'held-goods-exist',
  order_accounts_pkey: 'account-exists',
  order_accounts_unit_check: 'account-unit-unknown',
  account_postings_pkey: 'posting-exists',
  account_postings_side_check: 'posting-side-unknown',
  order_items_pkey: 'order-item-exists',
  period_packs_pkey: 'period-pack-exists',
  period_packs_waiting_key: 'period-pack-waits',
  period_packs_status_check: 'period-pack-status-unknown',
  period_lines_pkey: 'period-line-exists',
  queue_floors_pkey: 'queue-floor-exists',
  photos_pkey: 'photo-exists',
  declarations_pkey: 'declaration-exists',
  declarations_outcome_check: 'declaration-outcome-unknown',
  person_terms_pkey: 'person-term-exists',
  audit_entries_pkey: 'audit-position-taken',
  person_keys_pkey: 'person-key-exists',
  person_keys_erased_check: 'person-key-half-erased',
  person_fields_pkey: 'person-field-exists',
  person_fields_key_fkey: 'person-erased-or-unknown',
  users_pkey: 'user-exists',
  users_email_key: 'email-taken',
  users_email_check: 'email-not-lower-case',
  second_factors_pkey: 'second-factor-exists',
  second_factors_user_fkey: 'user-missing',
  pins_pkey: 'pin-exists',
  pins_user_fkey: 'user-missing',
  user_identities_pkey: 'identity-exists',
  user_identities_user_key: 'identity-exists',
  user_identities_user_fkey: 'user-missing',
  sessions_pkey: 'session-exists',
  sessions_user_fkey: 'user-missing',
  tokens_pkey: 'token-exists',
  tokens_id_key: 'token-exists',
  tokens_user_fkey: 'user-missing',
  login_links_pkey: 'login-link-exists',
  login_links_user_fkey: 'user-missing',
  notices_pkey: 'notice-exists',
  notices_once_key: 'notice-already-queued',
  notices_channel_check: 'notice-channel-unknown',
  notices_told_check: 'notice-told-unknown',
  notices_status_check: 'notice-status-unknown',
  feed_files_pkey: 'feed-file-exists',
  feed_files_status_check: 'feed-status-unknown',
  feed_rows_pkey: 'feed-row-exists',
  notice_templates_pkey: 'notice-template-exists',
  kept_reports_pkey: 'kept-report-exists',
  teams_pkey: 'team-exists',
  routing_rules_pkey: 'routing-rule-exists',
  normal_rules_pkey: 'normal-rule-exists',
  opening_decisions_pkey: 'opening-decision-exists',
  opening_decisions_decision_check: 'opening-decision-unknown',
  bulk_jobs_pkey: 'bulk-job-exists',
  bulk_jobs_status_check: 'bulk-status-unknown',
  bulk_items_pkey: 'bulk-item-exists',
  bulk_items_job_fkey: 'bulk-job-missing',
  bulk_items_outcome_check: 'bulk-outcome-unknown',
  placed_answers_pkey: 'placed-answer-exists',
  placed_answers_outcome_check: 'placed-answer-outcome-unknown',
  idempotent_requests_pkey: 'request-exists',
  master_keys_pkey: 'master-key-known',
  master_keys_status_check: 'master-key-status-unknown',
  master_keys_retired_check: 'master-key-half-retired',
  master_keys_status_key: 'master-key-not-alone',
  schema_migrations_pkey: 'migration-applied',
} as const satisfies Record<string, string>;

export type ConstraintCode = (typeof constraintCodes)[keyof typeof constraintCodes];

/** The code of the constraint that an error of the database names; undefined for any other error. */
export function findConstraintCode(error: unknown): ConstraintCode | undefined {
  if (!(error instanceof Error) || !('constraint' in error)) return undefined;
  // From a worker of a cluster only the message comes, and each shard's number stands behind the name.
  const given = error.constraint ?? /constraint "([^"]+)"/.exec(error.message)?.[1] ?? '';
  const name = String(given).replace(/_\d+$/, '');
  return name in constraintCodes ? constraintCodes[name as keyof typeof constraintCodes] : undefined;
}

/** serialization_failure, deadlock_detected, lock_not_available: the same transaction may succeed now. */
const transientStates = ['40001', '40P01', '55P03'];

export function isTransient(error: unknown): boolean {
  return error instanceof Error && 'code' in error && transientStates.includes(String(error.code));
}

/** admin_shutdown, crash_shutdown, cannot_connect_now, connection failures, disk_full, too_many_connections. */
const awayStates = ['57P01', '57P02', '57P03', '08000', '08001', '08003', '08004', '08006', '53100', '53300'];
const awayErrnos = ['ECONNREFUSED', 'ECONNRESET', 'EPIPE', 'ETIMEDOUT', 'ENOTFOUND', 'EAI_AGAIN'];

/**
 * True when the database is away for now: restarting, unreachable, full. What was under way may or may not have been
 * committed; a worker waits and starts again from what is stored.
 */
/** disk_full, and a server that was made read-only (25006): it answers questions and takes nothing in. */
export function isDatabaseFull(error: unknown): boolean {
  return error instanceof Error && 'code' in error && ['53100', '25006'].includes(String(error.code));
}

export function isDatabaseAway(error: unknown): boolean {
  if (!(error instanceof Error)) return false;
  if ('code' in error && [...awayStates, ...awayErrnos].includes(String(error.code))) return true;
  return /Connection terminated|timeout exceeded when trying to connect/.test(error.message);
}
