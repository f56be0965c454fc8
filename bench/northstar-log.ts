/** Logs for the benchmark: the same bytes for the same seed, in the shape of a shop's returns. */
const activities = [
  'Create return', 'Approve return', 'Receive parcel', 'Inspect units', 'Restock units', 'Issue refund',
  'Settle refund', 'Post credit note', 'Close ticket', 'Escalate',
]; // prettier-ignore

/** Numbers in [0, 1) that repeat with the seed (mulberry32). */
export function random(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let t = Math.imul(state ^ (state >>> 15), 1 | state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 4_294_967_296;
  };
}

type Row = { readonly case: string; readonly activity: string; readonly time: string; readonly user: number };

function* rows(events: number, seed: number): Generator<Row> {
  const next = random(seed);
  for (let e = 0, c = 0; e < events; c++) {
    let time = 1_600_000_000_000 + Math.floor(next() * 30_000_000_000);
    const length = Math.min(events - e, 3 + Math.floor(next() * 10));
    for (let i = 0; i < length; i++, e++) {
      const step = Math.min(activities.length - 1, Math.floor(i + next() * 1.6));
      yield {
        case: `R-${100_000 + c}`,
        activity: activities[step]!,
        time: new Date(time).toISOString(),
        user: Math.floor(next() * 40),
      };
      time += Math.floor(next() * 86_400_000);
    }
  }
}

/** A CSV log with three columns that matter and one that does not. */
export function csvLog(events: number, seed = 1): string {
  const lines = ['case_id,activity,timestamp,resource'];
  for (const row of rows(events, seed)) lines.push(`${row.case},${row.activity},${row.time},user${row.user}`);
  return `${lines.join('\n')}\n`;
}

/** An XES log with the attributes that real ones carry. */
export function xesLog(events: number, seed = 2): string {
  const parts = ['<?xml version="1.0" encoding="UTF-8"?>\n<log xes.version="1.0">\n'];
  let open = '';
  for (const row of rows(events, seed)) {
    if (row.case !== open) {
      parts.push(
        `${open === '' ? '' : '</trace>\n'}<trace>\n<string key="concept:name" value="${row.case}"/>\n`,
      );
      open = row.case;
    }
    parts.push(
      `<event>\n<string key="org:resource" value="user${row.user}"/>\n<string key="lifecycle:transition" value="complete"/>\n<string key="concept:name" value="${row.activity}"/>\n<date key="time:timestamp" value="${row.time}"/>\n<float key="amount" value="${row.user}.5"/>\n</event>\n`,
    );
  }
  parts.push('</trace>\n</log>\n');
  return parts.join('');
}

/** An OCEL 2.0 JSON log: orders, items, parcels and refunds, one to five objects per event. */
export function objectLog(events: number, seed = 3): string {
  const next = random(seed);
  const types = ['order', 'item', 'parcel', 'refund'];
  const objects = Math.floor(events * 0.3);
  return JSON.stringify({
    objectTypes: types.map((name) => ({ name, attributes: [{ name: 'price', type: 'float' }] })),
    eventTypes: activities.map((name) => ({ name, attributes: [{ name: 'resource', type: 'string' }] })),
    objects: Array.from({ length: objects }, (_, i) => ({
      id: `o${i}`,
      type: types[i % types.length],
      attributes: [{ name: 'price', time: '1970-01-01T00:00:00Z', value: `${i % 100}.5` }],
    })),
    events: Array.from({ length: events }, (_, i) => ({
      id: `e${i}`,
      type: activities[Math.floor(next() * activities.length)],
      time: new Date(1_600_000_000_000 + i * 1000).toISOString(),
      attributes: [{ name: 'resource', value: `user${i % 40}` }],
      relationships: Array.from({ length: 1 + Math.floor(next() * 5) }, () => ({
        objectId: `o${Math.floor(i * 0.25 + next() * objects * 0.05) % objects}`,
        qualifier: 'with',
      })),
    })),
  });
}
