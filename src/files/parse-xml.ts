/**
 * Streams XML as three kinds of events. On `sax`, which resolves no external and no declared entities, so that a
 * document cannot make itself larger than it is.
 */
import sax from 'sax';

export type XmlEvent =
  | { readonly kind: 'open'; readonly name: string; readonly attributes: Readonly<Record<string, string>> }
  | { readonly kind: 'text'; readonly text: string }
  | { readonly kind: 'close'; readonly name: string };

/** Where the document stops being XML. Lines count from 1. */
export class XmlError extends Error {
  override readonly name = 'XmlError';
  readonly line: number;
  constructor(message: string, line: number) {
    super(message);
    this.line = line;
  }
}

/** Events of a document, names without prefix; throws XmlError at the first fault, also when it is cut. */
export async function* parseXml(pieces: AsyncIterable<Buffer>): AsyncGenerator<XmlEvent[]> {
  const parser = sax.parser(true, { xmlns: false, position: true });
  const bare = (name: string): string => name.slice(name.indexOf(':') + 1);
  let events: XmlEvent[] = [];
  let depth = 0;
  let seen = false;
  Object.assign(parser, {
    onopentag: ({ name, attributes }: sax.Tag) => {
      depth += 1;
      seen = true;
      events.push({ kind: 'open', name: bare(name), attributes });
    },
    onclosetag: (name: string) => {
      depth -= 1;
      events.push({ kind: 'close', name: bare(name) });
    },
    ontext: (text: string) => events.push({ kind: 'text', text }),
    oncdata: (text: string) => events.push({ kind: 'text', text }),
    onerror: (error: Error) => {
      throw new XmlError(error.message.split('\n')[0]!, parser.line + 1);
    },
  });
  const decoder = new TextDecoder('utf-8');
  for await (const piece of pieces) {
    parser.write(decoder.decode(piece, { stream: true }));
    if (events.length > 0) yield events;
    events = [];
  }
  if (depth > 0 || !seen) throw new XmlError('the document ends too early', parser.line + 1);
}
