/** The plan on paper, block by block, as the server wrote it. What people may type over is a field. */
import { Button, Textarea, TextInput } from '@mantine/core';
import { Link } from '@tanstack/react-router';
import { Fragment, useState } from 'react';
import type { PlanBlock } from '../../api/plan.ts';
import { useWords } from '../../words/words.ts';
import styles from './plan.module.css';

type Line = Extract<PlanBlock, { kind: 'text' }>['line'];
type Piece = Exclude<Exclude<Line, string>[number], string>;

type Props = {
  readonly blocks: readonly PlanBlock[];
  /** Undefined: whoever reads may not type. */
  readonly onType: ((kind: 'names' | 'comments', id: string, text: string) => Promise<void>) | undefined;
};

export function PlanBlocks({ blocks, onType }: Props) {
  const text = (line: Line) => <LineText line={line} onType={onType} />;
  return (
    <>
      {blocks.map((block, at) => {
        // The plan is written anew as a whole: the place of a block is what it is known by.
        const key = `${block.kind} ${at}`;
        switch (block.kind) {
          case 'title':
            return <p key={key} className={styles['lead']} translate="no">{block.text}</p>;
          case 'heading':
            return block.level === 2 ? (
              <h2 key={key} id={block.anchor} tabIndex={-1} translate="no">{block.text}</h2>
            ) : (
              <h3 key={key} id={block.anchor} tabIndex={-1} translate="no">{block.text}</h3>
            );
          case 'text':
            return <p key={key} className={block.lead === true ? styles['lead'] : undefined}>{text(block.line)}</p>;
          case 'list': {
            const items = block.items.map((item, i) => <li key={String(i)}>{text(item)}</li>);
            return block.ordered ? <ol key={key}>{items}</ol> : <ul key={key}>{items}</ul>;
          }
          case 'table':
            return (
              <div key={key} className={styles['scroll']} tabIndex={0} role="region" aria-label={block.title}>
                <table>
                  <caption translate="no">{block.title}</caption>
                  <thead>
                    <tr>
                      {block.columns.map(({ title, numeric }) => (
                        <th key={title} scope="col" data-numeric={numeric} translate="no">{title}</th>
                      ))}
                    </tr>
                  </thead>
                  <tbody>
                    {block.rows.map(({ anchors, cells }, row) => (
                      <tr key={String(row)} id={anchors?.[0]}>
                        {cells.map((cell, column) => (
                          <td key={block.columns[column]?.title ?? String(column)} data-numeric={block.columns[column]?.numeric}>
                            {column === 0 && anchors?.slice(1).map((anchor) => <span key={anchor} id={anchor} />)}
                            {text(cell)}
                          </td>
                        ))}
                      </tr>
                    ))}
                  </tbody>
                </table>
              </div>
            );
          case 'picture':
            // Drawn by our own server, with every text in it escaped.
            return <figure key={key} className={styles['picture']} role="img" aria-label={block.title} dangerouslySetInnerHTML={{ __html: block.svg }} />;
          case 'code':
            return <pre key={key} translate="no" tabIndex={0}>{block.text}</pre>;
          case 'quote':
            return <blockquote key={key} translate="no">{block.text}</blockquote>;
          case 'comment':
            return <Typed key={key} kind="comments" id={block.id} value={block.value} gap={block.gap} onType={onType} />;
        }
      })}
    </>
  ); // prettier-ignore
}

function LineText({ line, onType }: { readonly line: Line; readonly onType: Props['onType'] }) {
  if (typeof line === 'string') return <span translate="no">{line}</span>;
  return (
    <span translate="no">
      {line.map((piece, at) => (
        <Fragment key={String(at)}>
          {typeof piece === 'string' ? piece : <PieceText piece={piece} onType={onType} />}
        </Fragment>
      ))}
    </span>
  );
}

function PieceText({ piece, onType }: { readonly piece: Piece; readonly onType: Props['onType'] }) {
  if ('code' in piece) return <code>{piece.code}</code>;
  if ('strong' in piece) return <strong>{piece.strong}</strong>;
  if ('order' in piece)
    return (
      <Link to="/orders" search={{ q: piece.order }}>
        {piece.order}
      </Link>
    );
  if ('link' in piece) return <a href={`#${piece.link}`}>{piece.text}</a>;
  return <Typed kind="names" id={piece.slot} value={piece.value} gap={piece.gap} onType={onType} />;
}

type TypedProps = {
  readonly kind: 'names' | 'comments';
  readonly id: string;
  readonly value: string | undefined;
  readonly gap: string;
  readonly onType: Props['onType'];
};

/** What somebody typed, and a field to type it in. */
function Typed({ kind, id, value, gap, onType }: TypedProps) {
  const { t } = useWords();
  const [draft, setDraft] = useState<string>();
  const [isBusy, setBusy] = useState(false);
  if (draft === undefined)
    return (
      <span className={styles['typed']} data-gap={value === undefined}>
        <span translate="no">{value ?? gap}</span>
        {onType !== undefined && (
          <button type="button" aria-label={`${t.plan.edit}: ${id}`} onClick={() => setDraft(value ?? '')}>
            {t.plan.edit}
          </button>
        )}
      </span>
    );
  const keep = async (): Promise<void> => {
    setBusy(true);
    await onType?.(kind, id, draft.trim());
    setBusy(false);
    setDraft(undefined);
  };
  const field = { 'aria-label': `${t.plan.comment}: ${id}`, value: draft, autoFocus: true } as const;
  return (
    <span className={styles['typing']}>
      {kind === 'names' ? (
        <TextInput {...field} onChange={(event) => setDraft(event.currentTarget.value)} />
      ) : (
        <Textarea {...field} autosize minRows={2} onChange={(event) => setDraft(event.currentTarget.value)} />
      )}
      <Button loading={isBusy} onClick={() => void keep()}>
        {t.plan.keep}
      </Button>
    </span>
  );
}
