/** Static parts of the pages that the API brings along. */

export const pageStyle = `:root { color-scheme: light dark; }
body { font: 14px/20px system-ui, sans-serif; margin: 0; }
main { max-width: 60rem; margin: 0 auto; padding: 1rem; }
h1 { font-size: 1.5rem; line-height: 2rem; }
h2 { margin-top: 2.5rem; border-top: 1px solid; padding-top: 1rem; }
h3 { margin-top: 2rem; font-family: ui-monospace, monospace; font-size: 1rem; overflow-wrap: anywhere; }
h3:target, h2:target { background: Mark; color: MarkText; }
pre { overflow-x: auto; padding: .5rem; border: 1px solid GrayText; }
pre, code { font: 13px/18px ui-monospace, monospace; }
table { border-collapse: collapse; display: block; overflow-x: auto; }
th, td { text-align: left; vertical-align: top; padding: .25rem .75rem .25rem 0; border-bottom: 1px solid GrayText; }
form { display: grid; gap: .75rem; max-width: 24rem; }
label { display: grid; gap: .25rem; }
input, button { font: inherit; padding: .5rem; min-height: 24px; }
[role=alert] { font-weight: 600; }
`;

/** The form behind a one-time link. The secret stands behind the # of the address, so only its script can read it. */
export function welcomePage(kind: 'first' | 'password'): string {
  const isFirst = kind === 'first';
  const title = isFirst ? 'Welcome to Reentry' : 'Set your password';
  const who = `<label>Name <input name="name" autocomplete="name" required maxlength="100"></label>
<label>E-mail <input name="email" type="email" autocomplete="username" required maxlength="254"></label>`;
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>${title}</title>
<link rel="stylesheet" href="/api/style.css">
<script src="/welcome/welcome.js" defer></script>
</head>
<body>
<main>
<h1>${title}</h1>
<p>${isFirst ? 'This makes the first user, who may do everything. The link works once.' : 'The link works once.'}</p>
<form>
${isFirst ? who : ''}
<label>Password, 12 characters or more <input name="password" type="password" autocomplete="new-password" required minlength="12" maxlength="256"></label>
<button>${isFirst ? 'Start' : 'Save and log in'}</button>
<p role="alert"></p>
</form>
<noscript><p>This form needs JavaScript, because the secret of the link is never sent as part of an address.</p></noscript>
</main>
</body>
</html>
`;
}

export const welcomeScript = `const form = document.querySelector('form');
const told = document.querySelector('[role=alert]');
form.addEventListener('submit', async (event) => {
  event.preventDefault();
  told.textContent = '';
  const given = Object.fromEntries(new FormData(form));
  try {
    const answer = await fetch('/api/v1/session/link', {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ ...given, token: location.hash.slice(1) }),
    });
    if (answer.ok) return location.replace('/');
    const problem = await answer.json();
    const fields = (problem.errors ?? []).map((error) => error.path + ': ' + error.message).join('; ');
    told.textContent = [problem.title, fields, problem.todo].filter(Boolean).join('. ');
  } catch {
    told.textContent = 'Reentry does not answer. Try again in a moment.';
  }
});
`;
