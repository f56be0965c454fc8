import { Link, useNavigate } from '@tanstack/react-router';
import { useMay } from '../api/session.ts';
import { useKeys } from '../keyboard/keyboard.ts';
import { useWords } from '../words/words.ts';
import { navigation } from './navigation.ts';
import styles from './app-shell.module.css';

export function MainNavigation() {
  const { t } = useWords();
  const may = useMay();
  const navigate = useNavigate();
  const entries = navigation.filter((entry) => may(entry.permission));
  useKeys(
    Object.fromEntries(entries.map((entry) => [`g ${entry.key}`, () => void navigate({ to: entry.to })])),
  );
  return (
    <nav className={styles['nav']} aria-label={t.app.navigation}>
      <ul>
        {entries.map((entry) => (
          <li key={entry.name}>
            <Link to={entry.to} activeOptions={{ includeSearch: false }}>
              {t.nav[entry.name]}
            </Link>
          </li>
        ))}
      </ul>
    </nav>
  );
}
