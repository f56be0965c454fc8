/** Which pages the site has, in the order of its navigation. A test finds pages that stand in no section. */
export const siteSections: readonly { readonly title: string; readonly pages: readonly string[] }[] = [
  {
    title: 'Begin',
    pages: ['README.md', 'docs/guides/first-audit.md', 'docs/guides/connect-shop-erp-helpdesk.md', 'docs/guides/run-it.md', 'docs/guides/the-first-30-days.md'],
  },
  {
    title: 'Work with it',
    pages: ['docs/guides/handle-a-problem.md', 'docs/guides/returns-desk.md', 'docs/guides/customer-pages.md', 'docs/guides/who-may-do-what.md'],
  },
  {
    title: 'Connect',
    pages: [
      'docs/guides/connect-a-system.md', 'docs/guides/connections.md', 'docs/guides/least-privilege.md', 'docs/guides/file-feeds.md',
      'docs/guides/post-facts.md', 'docs/guides/event-logs.md', 'docs/guides/write-a-connector.md',
    ],
  },
  {
    title: 'Run',
    pages: [
      'docs/guides/back-up-and-restore.md', 'docs/guides/point-in-time-recovery.md', 'docs/guides/personal-data.md', 'docs/guides/reverse-proxy.md',
      'docs/guides/watch.md', 'docs/guides/upgrade.md', 'SECURITY.md',
    ],
  },
  {
    title: 'Concepts',
    pages: [
      'docs/concepts/one-timeline.md', 'docs/concepts/clearing-accounts.md', 'docs/concepts/at-most-one-effect.md', 'docs/concepts/what-we-promise.md', 'docs/concepts/matching.md',
      'docs/concepts/scale.md', 'ARCHITECTURE.md',
    ],
  },
  {
    title: 'Reference',
    pages: [
      'docs/reference/command-line.md', 'docs/reference/configuration.md', 'docs/reference/policy.md', 'docs/reference/controls.md',
      'docs/reference/codes.md', 'docs/reference/errors.md', 'docs/reference/canonical-facts.md', 'docs/reference/connectors.md', 'docs/reference/api.md',
      'docs/reference/metrics.md', 'docs/reference/known-limits.md', 'docs/reference/dependencies.md', 'docs/reference/benchmarks.md', 'CHANGELOG.md', 'CONTRIBUTING.md',
    ],
  },
]; // prettier-ignore
