import { readFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { connectionReason, tlsReason } from '../http/errors.ts';
import { KafkaError } from './kafka-client.ts';
import { jaasField } from './kafka-properties.ts';

const refused = (message: string) => new KafkaError('AUTHENTICATION', message);

/**
 * What gets the bearer tokens that the properties describe: by the client credentials grant from
 * `sasl.oauthbearer.token.endpoint.url` (an https, http or file address), or unsigned ones from `unsecuredLoginStringClaim_sub`
 * (OAuthBearerUnsecuredLoginCallbackHandler), for brokers of tests.
 */
export function bearerToken(properties: Readonly<Record<string, string>>, jaas: string): () => Promise<string> {
  const handler = properties['sasl.login.callback.handler.class'];
  if (handler !== undefined && !/\.OAuthBearer(Unsecured)?LoginCallbackHandler$/.test(handler))
    throw refused(`The local runtime does not know the login handler ${handler} (sasl.login.callback.handler.class).`);
  const endpoint = properties['sasl.oauthbearer.token.endpoint.url'];
  if (endpoint === undefined) {
    const subject = jaasField(jaas, 'unsecuredLoginStringClaim_sub');
    if (subject === undefined)
      throw refused(
        'SASL OAUTHBEARER needs sasl.oauthbearer.token.endpoint.url, or unsecuredLoginStringClaim_sub in sasl.jaas.config.',
      );
    return async () => unsigned(subject);
  }
  if (!URL.canParse(endpoint)) throw refused(`sasl.oauthbearer.token.endpoint.url is no address: ${endpoint}`);
  const url = new URL(endpoint);
  if (url.protocol === 'file:') return async () => (await readFile(fileURLToPath(url), 'utf8')).trim();
  const [id, secret, scope] = ['clientId', 'clientSecret', 'scope'].map((name) => jaasField(jaas, name));
  if (id === undefined || secret === undefined)
    throw refused("'properties.sasl.jaas.config' must name a clientId and a clientSecret.");
  return () => granted(url, id, secret, scope);
}

function unsigned(subject: string): string {
  const part = (value: unknown) => Buffer.from(JSON.stringify(value)).toString('base64url');
  const now = Math.floor(Date.now() / 1000);
  return `${part({ alg: 'none' })}.${part({ sub: subject, iat: now, exp: now + 3600 })}.`;
}

async function granted(url: URL, id: string, secret: string, scope: string | undefined): Promise<string> {
  const where = `${url.origin}${url.pathname}`;
  const body = new URLSearchParams({ grant_type: 'client_credentials', ...(scope === undefined ? {} : { scope }) });
  let response: Response;
  try {
    response = await fetch(url, {
      method: 'POST',
      headers: { authorization: `Basic ${Buffer.from(`${id}:${secret}`).toString('base64')}` },
      body,
      signal: AbortSignal.timeout(10_000),
    });
  } catch (error) {
    const cause = error instanceof Error && error.cause !== undefined ? error.cause : error;
    throw new KafkaError('UNREACHABLE', `No token from ${where}: ${tlsReason(cause) ?? connectionReason(cause)}`);
  }
  const text = await response.text();
  if (!response.ok)
    throw new KafkaError(
      response.status < 500 ? 'AUTHENTICATION' : 'UNREACHABLE',
      `No token from ${where}: it answered ${response.status}.`,
    );
  const answer = parsed(text);
  const token =
    typeof answer === 'object' && answer !== null && 'access_token' in answer ? answer.access_token : undefined;
  if (typeof token !== 'string') throw refused(`No token from ${where}: its answer has no access_token.`);
  return token;
}

/** What is no JSON has no token; its text, which may be one, is not told. */
function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
