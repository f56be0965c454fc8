/** Who is logged in, and how this browser shows things. */
import { Menu, UnstyledButton, useMantineColorScheme } from '@mantine/core';
import { useQueryClient } from '@tanstack/react-query';
import { useNavigate } from '@tanstack/react-router';
import { del, rememberCsrf } from '../api/ask.ts';
import { sessionQuery, useMe } from '../api/session.ts';
import { useWords, type Language } from '../words/words.ts';
import { changePreferences, usePreferences } from './preferences.ts';
import { ownZone } from './use-zone.tsx';
import styles from './account-menu.module.css';

export function AccountMenu() {
  const { t, language, setLanguage } = useWords();
  const { user, zone } = useMe();
  const preferences = usePreferences();
  const initials = initialsOf(user.name);
  const { colorScheme, setColorScheme } = useMantineColorScheme();
  const client = useQueryClient();
  const navigate = useNavigate();
  const logOut = async (): Promise<void> => {
    await del('/session').catch(() => {});
    rememberCsrf(null);
    client.clear();
    client.setQueryData(sessionQuery.queryKey, null);
    await navigate({ to: '/login', search: {} });
  };
  return (
    <Menu position="bottom-end" width={280} closeOnItemClick={false}>
      <Menu.Target>
        {/* What is seen stands in the name, for those who call it by what they see. */}
        <UnstyledButton className={styles['button']} aria-label={`${initials}, ${t.account.menu}: ${user.name}`}>
          <span className={styles['initials']} aria-hidden="true" translate="no">
            {initials}
          </span>
        </UnstyledButton>
      </Menu.Target>
      <Menu.Dropdown>
        <div className={styles['who']}>
          <strong translate="no">{user.name}</strong>
          <span translate="no">{user.email}</span>
          <span>{user.roles.map((role) => t.roles[role] ?? role).join(', ')}</span>
        </div>
        <Menu.Divider />
        <Choice
          label={t.account.theme} value={colorScheme} onChange={setColorScheme}
          options={[['light', t.account.light], ['dark', t.account.dark], ['auto', t.account.system]]}
        />
        <Choice<Language>
          label={t.account.language} value={language} onChange={setLanguage}
          options={[['en', 'English'], ['de', 'Deutsch']]} foreign
        />
        <Choice
          label={t.account.density} value={preferences.rows} onChange={(rows) => changePreferences({ rows })}
          options={[['compact', t.account.compact], ['comfortable', t.account.comfortable]]}
        />
        <Choice
          label={t.account.zone} value={preferences.zone} onChange={(chosen) => changePreferences({ zone: chosen })}
          options={[['shop', t.account.shopZone(zone)], ['own', t.account.ownZone(ownZone())]]}
        />
        <Choice
          label={t.account.singleKeys} value={preferences.singleKeys ? 'on' : 'off'}
          onChange={(chosen) => changePreferences({ singleKeys: chosen === 'on' })}
          options={[['on', t.account.on], ['off', t.account.off]]}
        />
        <Menu.Divider />
        <Menu.Item component="a" href="/api/docs" target="_blank" rel="noreferrer">{t.account.apiReference}</Menu.Item>
        <Menu.Item onClick={() => void logOut()}>{t.account.logout}</Menu.Item>
      </Menu.Dropdown>
    </Menu>
  ); // prettier-ignore
}

type ChoiceProps<Value extends string> = {
  readonly label: string;
  readonly value: Value;
  readonly options: readonly (readonly [Value, string])[];
  readonly onChange: (value: Value) => void;
  /** The options are names in their own languages. */
  readonly foreign?: boolean;
};

/** Items of a menu of which one is chosen. */
function Choice<Value extends string>({ label, value, options, onChange, foreign }: ChoiceProps<Value>) {
  return (
    <>
      <Menu.Label>{label}</Menu.Label>
      {options.map(([option, name]) => (
        <Menu.Item
          key={option}
          role="menuitemradio"
          aria-checked={option === value}
          className={styles['choice'] ?? ''}
          onClick={() => onChange(option)}
          {...(foreign === true && { translate: 'no' as const })}
        >
          {name}
        </Menu.Item>
      ))}
    </>
  );
}

function initialsOf(name: string): string {
  const parts = name.trim().split(/\s+/);
  return `${parts[0]?.[0] ?? ''}${parts.length > 1 ? (parts.at(-1)?.[0] ?? '') : ''}`.toUpperCase();
}
