/** Ctrl/⌘ K: go to a page or find an order without leaving the keyboard. */
import { Combobox, Modal, TextInput, useCombobox } from '@mantine/core';
import { useNavigate } from '@tanstack/react-router';
import { useEffect, useState } from 'react';
import { useMay } from '../api/session.ts';
import { useKeys } from '../keyboard/keyboard.ts';
import { Glyph } from '../parts/status.tsx';
import { useWords } from '../words/words.ts';
import { navigation } from './navigation.ts';
import styles from './app-shell.module.css';

export function CommandPalette() {
  const { t } = useWords();
  const [isOpen, setOpen] = useState(false);
  useKeys({ 'mod+k': () => setOpen(true) });
  const close = (): void => setOpen(false);
  return (
    <>
      <button type="button" className={styles['finder']} onClick={() => setOpen(true)}>
        <Glyph>
          <path d="M7 2.5a4.5 4.5 0 1 1 0 9 4.5 4.5 0 0 1 0-9M10.5 10.5 14 14" fill="none" stroke="currentColor" strokeWidth="1.6" strokeLinecap="round" />
        </Glyph>
        <span>{t.keys.search}</span>
        <kbd translate="no" aria-hidden="true">Ctrl K</kbd>
      </button>
      <Modal opened={isOpen} onClose={close} withCloseButton={false} transitionProps={{ duration: 0 }} title={t.palette.title} yOffset="12vh" centered={false} padding="sm" styles={{ header: { display: 'none' } }}>
        <Choices onChosen={close} />
      </Modal>
    </>
  ); // prettier-ignore
}

/** Field and options: made anew each time the palette opens. */
function Choices({ onChosen }: { readonly onChosen: () => void }) {
  const { t } = useWords();
  const may = useMay();
  const navigate = useNavigate();
  const [text, setText] = useState('');
  // Its options stand open below the field; there is no dropdown.
  const combobox = useCombobox({ opened: true });
  const wanted = text.trim().toLowerCase();
  const pages = navigation.filter(
    (entry) => may(entry.permission) && t.nav[entry.name].toLowerCase().includes(wanted),
  );
  // What Enter would do is always marked: the first that fits. Just opened, its list is known by name a picture later.
  useEffect(() => {
    combobox.selectFirstOption();
    const picture = requestAnimationFrame(() => combobox.selectFirstOption());
    return () => cancelAnimationFrame(picture);
  }, [text]);
  const choose = (value: string): void => {
    onChosen();
    if (value === 'find') void navigate({ to: '/orders', search: { q: text.trim() } });
    else void navigate({ to: value });
  };
  return (
    <Combobox store={combobox} onOptionSubmit={choose} withinPortal={false}>
      <Combobox.EventsTarget>
        <TextInput
          data-autofocus size="md" aria-label={t.palette.title} placeholder={t.palette.placeholder} value={text}
          onChange={(event) => setText(event.currentTarget.value)}
        />
      </Combobox.EventsTarget>
      <Combobox.Options mt="xs" aria-label={t.palette.title}>
        {pages.map((entry) => (
          <Combobox.Option key={entry.to} value={entry.to}>
            {t.nav[entry.name]}
          </Combobox.Option>
        ))}
        {wanted.length > 1 && <Combobox.Option value="find">{t.palette.findOrder(text.trim())}</Combobox.Option>}
        {wanted.length < 2 && pages.length === 0 && <Combobox.Empty>{t.palette.nothing}</Combobox.Empty>}
      </Combobox.Options>
    </Combobox>
  ); // prettier-ignore
}
