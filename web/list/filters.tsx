/** Filters of a list: each is one value of the URL. Native selects: dense, known to every hand and screen reader. */
import { NativeSelect, TextInput } from '@mantine/core';
import { useEffect, useState } from 'react';
import { useWords } from '../words/words.ts';
import styles from './filters.module.css';

type ChoiceProps = {
  readonly label: string;
  readonly value: string | undefined;
  readonly options: readonly { readonly value: string; readonly label: string }[];
  readonly onChange: (value: string | undefined) => void;
  /** What no choice is called; default "All". */
  readonly none?: string;
};

export function FilterChoice({ label, value, options, onChange, none }: ChoiceProps) {
  const { t } = useWords();
  return (
    <NativeSelect
      aria-label={label}
      className={styles['choice'] ?? ''}
      data-set={value !== undefined}
      value={value ?? ''}
      onChange={(event) => onChange(event.currentTarget.value === '' ? undefined : event.currentTarget.value)}
      data={[{ value: '', label: `${label}: ${none ?? t.list.all}` }, ...options.map((option) => ({ value: option.value, label: `${label}: ${option.label}` }))]}
    />
  ); // prettier-ignore
}

type TextProps = {
  readonly label: string;
  readonly value: string | undefined;
  readonly onChange: (value: string | undefined) => void;
  readonly type?: 'text' | 'date';
};

/**
 * Takes effect when one leaves it or presses Enter.
 *
 * @public
 */
export function FilterText({ label, value, onChange, type = 'text' }: TextProps) {
  const [text, setText] = useState(value ?? '');
  useEffect(() => setText(value ?? ''), [value]);
  const commit = (): void => {
    if (text !== (value ?? '')) onChange(text === '' ? undefined : text);
  };
  return (
    <TextInput
      type={type}
      w={type === 'text' ? 240 : undefined}
      aria-label={label}
      placeholder={label}
      value={text}
      onChange={(event) => setText(event.currentTarget.value)}
      onBlur={commit}
      onKeyDown={(event) => {
        if (event.key === 'Enter') commit();
      }}
    />
  );
}
