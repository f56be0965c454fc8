/** Takes secrets out of whatever is logged, thrown, recorded or exported. */

export const redacted = '<redacted>';

/** Headers whose value is a credential whatever it holds. */
const secretHeaders =
  /^(?:authorization|proxy-authorization|cookie|set-cookie|x-api-key|x-auth-token|stripe-signature)$/i;
/** Parameters of a query or form, and members of a JSON body, that hold a credential. */
const secretNames =
  'consumer_key|consumer_secret|oauth_[a-z]+|access_token|refresh_token|api_?key|password|passwd|secret|token|session';
const inQuery = new RegExp(`([?&]|^)(${secretNames})=[^&#\\s"']*`, 'gi');
const inJson = new RegExp(`"(${secretNames})"\\s*:\\s*"(?:[^"\\\\]|\\\\.)*"`, 'gi');
const inUrl = /(\/\/)[^/@\s"']+@/g;

export type Redactor = {
  text(text: string): string;
  headers(headers: Readonly<Record<string, string>>): Record<string, string>;
};

/** A redactor that knows these secrets in plain, base64 and URL encoding, and what commonly holds others. */
export function makeRedactor(secrets: readonly string[]): Redactor {
  const forms = new Set<string>();
  for (const secret of secrets) {
    // A secret of three letters would blank out half of every text and protects nothing.
    if (secret.length < 4) continue;
    forms.add(secret);
    forms.add(encodeURIComponent(secret));
    forms.add(JSON.stringify(secret).slice(1, -1));
    forms.add(
      Buffer.from(secret)
        .toString('base64')
        .replace(/={1,2}$/, ''),
    );
    forms.add(Buffer.from(secret).toString('base64url'));
  }
  // Longest first: one secret may begin with another.
  const ordered = [...forms].sort((left, right) => right.length - left.length);
  const text = (value: string): string => {
    let clean = value;
    for (const form of ordered) clean = clean.replaceAll(form, redacted);
    return clean
      .replace(inQuery, `$1$2=${redacted}`)
      .replace(inJson, `"$1":"${redacted}"`)
      .replace(inUrl, `$1${redacted}@`);
  };
  return {
    text,
    headers: (headers) =>
      Object.fromEntries(
        Object.entries(headers).map(([name, value]) => [
          name,
          secretHeaders.test(name) ? redacted : text(value),
        ]),
      ),
  };
}
