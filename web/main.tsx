/** Starts the console: words first, then the page. */
import './app/base.css';
import '@mantine/core/styles.layer.css';
import './app/fonts.css';
import { createRoot } from 'react-dom/client';
import { App } from './app/app.tsx';
import { readPreferences } from './app/preferences.ts';
import { browserLanguage } from './app/browser-language.ts';
import { listenToKeys } from './keyboard/keyboard.ts';
import { loadWords } from './words/words.ts';

/** What styles made at run time must carry; see web/README.md. */
const nonce = document.querySelector<HTMLMetaElement>('meta[property="csp-nonce"]')?.nonce ?? '';
// The locks of scrolling below dialogs (react-remove-scroll) look here.
Object.assign(globalThis, { __webpack_nonce__: nonce });

const language = readPreferences().language ?? browserLanguage();
const words = await loadWords(language);
listenToKeys();
createRoot(document.querySelector('#root')!).render(<App nonce={nonce} language={language} words={words} />);
