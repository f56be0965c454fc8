import type { login as english } from '../en/login.ts';

export const login: typeof english = {
  title: 'Anmelden',
  email: 'E-Mail',
  password: 'Passwort',
  submit: 'Anmelden',
  withProvider: (name) => `Mit ${name} anmelden`,
  or: 'oder',
  forgotten: 'Vergessen? Die Verwaltung macht unter Einstellungen, Benutzer einen neuen Link.',
  firstRun: 'Noch hat niemand ein Konto',
  firstRunTodo:
    'Beim Start hat Reentry einen Link für die erste Verwaltung ausgegeben. Öffnen Sie ihn; nach einem Neustart erscheint ein neuer.',
  welcomeFirst: 'Willkommen bei Reentry',
  welcomeFirstAbout: 'Hiermit entsteht das erste Konto mit allen Rechten. Der Link gilt einmal.',
  welcomePassword: 'Passwort setzen',
  welcomePasswordAbout: 'Der Link gilt einmal.',
  code: 'Code',
  codeAbout: 'Aus Ihrer Authenticator-App, oder ein Ersatzcode',
  providerFailed:
    'Die Anmeldung bei Ihrem Anbieter hat nicht geklappt; nutzen Sie ein Passwort oder fragen Sie die Verwaltung.',
  name: 'Name',
  newPassword: 'Passwort',
  newPasswordAbout: 'Mindestens 12 Zeichen. Ein paar Wörter sind ein gutes.',
  start: 'Los',
  saveAndLogin: 'Speichern und anmelden',
  linkMissing: 'Diese Adresse enthält keinen Link',
  linkMissingTodo: 'Öffnen Sie den Link genau so, wie Sie ihn bekamen, mit allem hinter dem #.',
};
