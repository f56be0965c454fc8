/** Connecting a system: its address and keys, stored and tried at once, so that a wrong key is named before anything waits for it. */
import { Button, Modal, NativeSelect, PasswordInput, TextInput } from '@mantine/core';
import { useMutation, useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import {
  checkConnection,
  connectionsQuery,
  connectorsQuery,
  putConnection,
  type Connector,
} from '../../api/connections.ts';
import { queryClient } from '../../api/query-client.ts';
import { FailureAlert } from '../../parts/failure-alert.tsx';
import { useWords } from '../../words/words.ts';
import { HealthLines } from './connection-card.tsx';
import styles from './connections.module.css';

export function AddConnection({ onClose }: { readonly onClose: () => void }) {
  const { t } = useWords();
  const { data, error } = useQuery(connectorsQuery);
  const [chosen, setChosen] = useState<string>();
  const form = data?.rows.find((one) => one.connector === chosen) ?? data?.rows[0];
  return (
    <Modal opened onClose={onClose} size="lg" title={t.connections.form.add} closeButtonProps={{ 'aria-label': t.actions.close }}>
      <FailureAlert error={error} />
      {form !== undefined && (
        <div className={styles['dialog']}>
          <NativeSelect
            size="sm" label={t.connections.form.system} value={form.connector} data-autofocus onChange={(event) => setChosen(event.currentTarget.value)}
            data={data!.rows.map((one) => ({ value: one.connector, label: `${one.connector} · ${t.systems[one.system] ?? one.system}` }))}
          />
          <Questions key={form.connector} form={form} onClose={onClose} />
        </div>
      )}
    </Modal>
  ); // prettier-ignore
}

function Questions({ form, onClose }: { readonly form: Connector; readonly onClose: () => void }) {
  const { t } = useWords();
  const words = t.connections.form;
  const [name, setName] = useState(form.connector);
  const [address, setAddress] = useState(form.address.usual ?? '');
  const [networks, setNetworks] = useState('');
  const [given, setGiven] = useState<Readonly<Record<string, string>>>({});
  const answersOf = (questions: Connector['secrets']): Record<string, string> =>
    Object.fromEntries(
      questions.flatMap((one) =>
        given[one.name] === undefined || given[one.name] === '' ? [] : [[one.name, given[one.name]!]],
      ),
    );
  const save = useMutation({
    mutationFn: async () => {
      await putConnection(name, {
        connector: form.connector,
        allowedNetworks: networks.split(/[\s,]+/).filter((one) => one !== ''),
        ...(address.trim() !== '' && { baseUrl: address.trim() }),
        settings: { fields: answersOf(form.fields) },
        secrets: answersOf(form.secrets),
      });
      await queryClient.invalidateQueries({ queryKey: connectionsQuery.queryKey });
      return checkConnection(name);
    },
  });
  const lines = save.data?.lines;
  const isWrong = lines?.some((line) => line.state === 'failed') === true;
  return (
    <form
      className={styles['dialog']}
      onSubmit={(event) => {
        event.preventDefault();
        save.mutate();
      }}
    >
      <TextInput size="sm" label={words.name} description={words.nameAbout} required pattern="[a-z0-9][a-z0-9-]*" maxLength={40} value={name} onChange={(event) => setName(event.currentTarget.value)} />
      <TextInput size="sm" label={<span translate="no">{form.address.label}</span>} placeholder={form.address.example} required={form.address.usual !== ''} value={address} onChange={(event) => setAddress(event.currentTarget.value)} />
      {[...form.fields, ...form.secrets].map((one) => {
        const common = {
          size: 'sm', label: <span translate="no">{one.label}</span>, required: !one.isOptional, value: given[one.name] ?? '', autoComplete: 'off',
          onChange: (event: React.ChangeEvent<HTMLInputElement>) => setGiven({ ...given, [one.name]: event.currentTarget.value }),
        } as const;
        return one.isShown ? <TextInput key={one.name} {...common} /> : <PasswordInput key={one.name} {...common} />;
      })}
      <TextInput size="sm" label={words.networks} description={words.networksAbout} value={networks} onChange={(event) => setNetworks(event.currentTarget.value)} />
      <div role="status" className={styles['dialog']}>
        {lines !== undefined && <><strong>{isWrong ? words.wrong : words.good}</strong><HealthLines lines={lines} /></>}
      </div>
      <FailureAlert error={save.error} />
      <div className={styles['actions']}>
        <Button variant="default" onClick={onClose}>{t.actions.close}</Button>
        <Button type="submit" loading={save.isPending}>{words.save}</Button>
      </div>
    </form>
  ); // prettier-ignore
}
