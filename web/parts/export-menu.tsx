/** Takes a list along as a file, as it is filtered: CSV in the reader's language, or a workbook. */
import { Button, Menu } from '@mantine/core';
import { addressOf, type Query } from '../api/ask.ts';
import { useWords } from '../words/words.ts';

export function ExportMenu({ path, filter = {} }: { readonly path: string; readonly filter?: Query }) {
  const { t, language } = useWords();
  const address = (format: string): string =>
    addressOf(path, { ...filter, format, language: language === 'de' ? 'de' : 'en' });
  return (
    <Menu>
      <Menu.Target>
        <Button variant="default">{t.list.exportAs}</Button>
      </Menu.Target>
      <Menu.Dropdown>
        <Menu.Item component="a" href={address('csv')} download>
          {t.list.exportCsv}
        </Menu.Item>
        <Menu.Item component="a" href={address('xlsx')} download>
          {t.list.exportXlsx}
        </Menu.Item>
      </Menu.Dropdown>
    </Menu>
  );
}
