/** Everything that surrounds the pages: theme, words, answers of the API, routes. */
import { MantineProvider } from '@mantine/core';
import { QueryClientProvider } from '@tanstack/react-query';
import { RouterProvider } from '@tanstack/react-router';
import { useEffect, useMemo, useState } from 'react';
import { queryClient } from '../api/query-client.ts';
import { router } from '../router.tsx';
import { loadWords, WordsContextHolder, type Language, type Words } from '../words/words.ts';
import { changePreferences, usePreferences } from './preferences.ts';
import { theme } from './theme.ts';

type Props = { readonly nonce: string; readonly language: Language; readonly words: Words };

export function App({ nonce, ...start }: Props) {
  const [said, setSaid] = useState({ language: start.language, t: start.words });
  const { rows } = usePreferences();
  const context = useMemo(
    () => ({
      ...said,
      setLanguage: (language: Language) => {
        changePreferences({ language });
        void loadWords(language).then((t) => setSaid({ language, t }));
      },
    }),
    [said],
  );
  useEffect(() => {
    document.documentElement.lang = said.language === 'de' ? 'de' : 'en';
    document.documentElement.dataset['rows'] = rows;
  }, [said.language, rows]);
  return (
    <MantineProvider theme={theme} defaultColorScheme="auto" getStyleNonce={() => nonce}>
      <WordsContextHolder value={context}>
        <QueryClientProvider client={queryClient}>
          <RouterProvider router={router} />
        </QueryClientProvider>
      </WordsContextHolder>
    </MantineProvider>
  ); // prettier-ignore
}
