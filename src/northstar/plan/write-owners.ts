/** Section 6: who owns which exception, with room for names. */
import type { Block, Line } from './plan-block.ts';
import type { PlanWriter } from './plan-writer.ts';

export function writeOwners(writer: PlanWriter): Block[] {
  const { raci, owners, matrix } = writer.plan;
  const say = writer.say.bind(writer);
  const gap = say('gap: nobody named', 'Lücke: niemand benannt');
  const keepers = matrix.filter(({ watched }) => watched !== 'no').map(({ owner }) => owner);
  const all = [...new Set([...owners, ...keepers])].sort();
  return [
    {
      kind: 'heading',
      level: 2,
      anchor: 'owners',
      text: say('6. Who owns which exception', '6. Wem welcher Klärfall gehört'),
    },
    {
      kind: 'text',
      line: say(
        'Type a name over each gap; it stays when the plan is made anew. The owner does it (R), the name behind it answers for it (A), the deputy is asked (C), the escalation is told (I).',
        'Über jede Lücke einen Namen schreiben; er bleibt, wenn der Plan neu entsteht. Zuständige erledigen (R), der Name steht dafür ein (A), die Vertretung wird gefragt (C), die Eskalation erfährt es (I).',
      ),
    },
    {
      kind: 'list',
      ordered: false,
      items: all.map((owner): Line => [
        { strong: writer.owner(owner) },
        ': ',
        writer.name(`${owner}.owner`, gap),
        say('; deputy: ', '; Vertretung: '),
        writer.name(`${owner}.deputy`, gap),
        say('; escalates to: ', '; Eskalation an: '),
        writer.name(`${owner}.escalation`, gap),
      ]),
    },
    {
      kind: 'table',
      title: say('Exceptions by class, largest first', 'Klärfälle nach Art, der größte zuerst'),
      columns: [
        { title: say('Class', 'Art') },
        { title: say('Owner (R)', 'Zuständig (R)') },
        { title: say('Answers (A)', 'Verantwortet (A)') },
        { title: say('Deputy (C)', 'Vertretung (C)') },
        { title: say('Deadline', 'Frist') },
        { title: say('Open', 'Offen'), numeric: true },
        { title: say('Money', 'Geld'), numeric: true },
        { title: say('Examples', 'Beispiele') },
      ],
      rows: raci.map((row) => {
        const own = writer.plan.problems.filter(
          ({ code, owner }) => code === row.code && owner === row.owner,
        );
        const about = `${writer.code(row.code)}, ${writer.owner(row.owner)}`;
        return {
          cells: [
            [{ link: `problems-${row.code}`, text: writer.code(row.code) }],
            writer.owner(row.owner),
            [writer.nameShown(`${row.owner}.owner`)],
            [writer.nameShown(`${row.owner}.deputy`)],
            writer.term(row.due),
            [writer.ofProblems(String(row.open), about, own)],
            [writer.ofProblems(writer.amounts(row.money), about, own)],
            writer.orders(row.orders, row.orders.length),
          ],
        };
      }),
    },
    writer.comment('owners'),
  ];
}
