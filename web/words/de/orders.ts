import type { orders as english } from '../en/orders.ts';

export const orders: typeof english = {
  title: 'Bestellungen',
  caption: 'Bestellungen, neueste zuerst',
  search: 'Bestellung finden',
  searchPlaceholder: 'Bestellung, RMA, E-Mail, Sendung, Erstattung, Artikel',
  searchFor: (text) => `Gefunden zu „${text}“`,
  noneFound: (text) => `Keine Bestellung ist unter „${text}“ bekannt`,
  noneFoundTodo:
    'Nummern, E-Mail-Adressen und Artikel werden ganz verglichen; von einer Bestellnummer genügt der Anfang.',
  nothing: 'Noch keine Bestellungen',
  nothingTodo: 'Sie erscheinen, sobald ein Shop verbunden und gelesen ist.',
  connect: 'Shop verbinden',
  columns: {
    verdict: 'Status',
    number: 'Bestellung',
    placed: 'Vom',
    problem: 'Was offen ist',
    paid: 'Bezahlt',
    refunded: 'Erstattet',
    stake: 'Auf dem Spiel',
    due: 'Nächste Frist',
    connection: 'Shop',
  },
  calm: {
    agrees: 'Alle Systeme stimmen überein',
    noReturn: 'Keine Retoure',
    onItsWay: 'Unterwegs',
    unread: 'Ein System ließ sich nicht lesen',
  },
  filters: {
    verdict: 'Status',
    kind: 'Art',
    withReturn: 'Mit Retoure',
    withoutReturn: 'Ohne Retoure',
    connection: 'Shop',
    from: 'Vom',
    to: 'Vor dem',
  },
};
