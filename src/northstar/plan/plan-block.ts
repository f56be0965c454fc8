/** A plan on its way to paper: blocks that Markdown and HTML print alike. */

/** A piece of a line. `slot`: text that people may type over; it is read back from the printed plan. */
export type Piece =
  | string
  | { readonly code: string }
  | { readonly strong: string }
  | { readonly link: string; readonly text: string }
  /** An order by its number; `anchor` where this document tells more of it. */
  | { readonly order: string; readonly anchor?: string }
  | { readonly slot: string; readonly value: string | undefined; readonly gap: string };

export type Line = string | readonly Piece[];

export type Block =
  | { readonly kind: 'title'; readonly text: string }
  | { readonly kind: 'heading'; readonly level: 2 | 3; readonly anchor: string; readonly text: string }
  | { readonly kind: 'text'; readonly line: Line; readonly lead?: true }
  | { readonly kind: 'list'; readonly ordered: boolean; readonly items: readonly Line[] }
  | {
      readonly kind: 'table';
      readonly title: string;
      readonly columns: readonly { readonly title: string; readonly numeric?: true }[];
      readonly rows: readonly { readonly anchors?: readonly string[]; readonly cells: readonly Line[] }[];
    }
  | { readonly kind: 'picture'; readonly svg: string; readonly title: string }
  | { readonly kind: 'code'; readonly text: string }
  | { readonly kind: 'quote'; readonly text: string }
  /** Room for a comment: several lines that people type. */
  | {
      readonly kind: 'comment';
      readonly id: string;
      readonly value: string | undefined;
      readonly gap: string;
    };

export const piecesOf = (line: Line): readonly Piece[] => (typeof line === 'string' ? [line] : line);
