import { HttpTransport, isRecord, type ServerAccess } from '../http/index.ts';

/**
 * The JobManager of a SQL Gateway whose own address is all that is known: the same address, which serves both where it is a local
 * runtime or a proxy before both, else what the gateway's sessions are configured with. Undefined when neither answers.
 * @param properties of a session of the gateway
 */
export async function findJobManager(
  gateway: ServerAccess,
  properties: Readonly<Record<string, string>>,
  signal?: AbortSignal,
): Promise<ServerAccess | undefined> {
  const candidates: ServerAccess[] = [gateway];
  const host = properties['rest.address'];
  if (host !== undefined) {
    const scheme = properties['security.ssl.rest.enabled'] === 'true' ? 'https' : 'http';
    const url = `${scheme}://${host}:${properties['rest.port'] ?? '8081'}`;
    // Credentials go to the host that they were given for, and to no other that it names.
    const { tls, proxy } = gateway;
    candidates.push(new URL(gateway.url).hostname === host ? { ...gateway, url } : { url, tls, proxy });
  }
  for (const access of candidates) if (await isJobManager(access, signal)) return access;
  return undefined;
}

async function isJobManager(access: ServerAccess, signal: AbortSignal | undefined): Promise<boolean> {
  const transport = new HttpTransport({ ...access, what: 'JobManager', timeoutMs: 5000 });
  try {
    const answer = await transport.json({ method: 'GET', path: '/overview', signal });
    return isRecord(answer) && answer['slots-total'] !== undefined;
  } catch {
    // Not there: the next candidate, or none.
    signal?.throwIfAborted();
    return false;
  } finally {
    transport.dispose();
  }
}
