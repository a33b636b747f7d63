/** Words in the keys of options whose values are hidden (GlobalConfiguration.SENSITIVE_KEYS). */
const SENSITIVE =
  'password|secret|fs\\.azure\\.account\\.key|api-?key|auth-params|service-key|token|basic-auth|jaas\\.config|http-headers';
const isSensitive = new RegExp(SENSITIVE, 'i');
/** `//user:password@host`, and `password=…` among the parameters of a URL: Flink shows these. */
const inUrl = /(:\/\/[^\s/@:'"]*:)[^\s/@'"]+(?=@)/g;
const inParameters = new RegExp(`([?&;][\\w.-]*(?:${SENSITIVE})[\\w.-]*=)[^&;\\s]+`, 'gi');

const HIDDEN = '******';

/** Table options as messages list them, a line each, sorted, without secrets (FactoryUtil.stringifyOption). */
export function shownOptions(options: Readonly<Record<string, string>>): string {
  return Object.entries(options)
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([key, value]) => `'${key}'='${isSensitive.test(key) ? HIDDEN : withoutSecrets(value)}'`)
    .join('\n');
}

const withoutSecrets = (value: string): string =>
  value.replace(inUrl, `$1${HIDDEN}`).replace(inParameters, `$1${HIDDEN}`);
