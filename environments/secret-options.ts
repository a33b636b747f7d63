const MASK = '****';

/** Words in the keys of options whose values Flink hides (GlobalConfiguration.SENSITIVE_KEYS). */
const SENSITIVE =
  'password|secret|fs\\.azure\\.account\\.key|api-?key|auth-params|service-key|token|basic-auth|jaas\\.config|http-headers';
const KEY = `[\\w.$-]*(?:${SENSITIVE})[\\w.$-]*`;

const anySecret = new RegExp(`${SENSITIVE}|://`, 'i');
/** `'key' = 'value'` as SQL writes options and Flink lists them. */
const quoted = new RegExp(`('${KEY}'\\s*=\\s*')((?:[^']|'')*)(?=')`, 'gi');
/** `key="value"` within the login of a Kafka client. */
const inLogin = /(password\s*=\s*")([^"]*)(?=")/gi;
/** `key=value` in the parameters of a URL and in the hints that EXPLAIN shows. */
const bare = new RegExp(`((?<![\\w.$'-])${KEY}=)([^\\s,;&'")}\\]]+)`, 'gi');
/** `//user:password@host`. */
const inUrl = /(:\/\/[^\s/@:'"]*:)([^\s/@'"]+)(?=@)/g;

/** Is the value of an option of this name a secret? */
export function isSecretOption(key: string): boolean {
  return new RegExp(SENSITIVE, 'i').test(key);
}

/** A text with `****` (or what `mask` makes of each) for the values of options that are secrets, as SQL, URLs and plans write them. */
export function maskOptions(text: string, mask: (value: string) => string = () => MASK): string {
  if (!anySecret.test(text)) return text;
  const hidden = (_: string, before: string, value: string): string =>
    isVariable(value) ? before + value : before + mask(value);
  return [quoted, inLogin, bare, inUrl].reduce((masked, form) => masked.replace(form, hidden), text);
}

/** A text that names a variable holds no secret; nor is a mask one. */
const isVariable = (value: string): boolean => /^\$\{[^}]*\}$|^\*+$|^$/.test(value);
