/** How to reach one server: address, credentials, TLS, proxy. Holds secrets: never log or print one. */
export interface ServerAccess {
  /** Base address, http or https; its path is kept as prefix (a reverse proxy). */
  readonly url: string;
  /** Default: the user and password of the URL, if it has them. */
  readonly auth?: ServerAuth | undefined;
  /** Sent with every request. */
  readonly headers?: Readonly<Record<string, string>> | undefined;
  readonly tls?: TlsAccess | undefined;
  /** Default: what HTTP_PROXY, HTTPS_PROXY and NO_PROXY say, loopback always without. */
  readonly proxy?: ProxyAccess | 'none' | undefined;
}

export type ServerAuth =
  | { readonly kind: 'none' }
  | { readonly kind: 'basic'; readonly user: string; readonly password: string }
  | { readonly kind: 'bearer'; readonly token: string };

/** TLS of a connection. Certificates and keys are PEM text; `pfx` is a PKCS #12 key store. */
export interface TlsAccess {
  /** Authorities to trust instead of the system's. */
  readonly ca?: string | undefined;
  /** The client's certificate (mTLS), with its chain. */
  readonly cert?: string | undefined;
  readonly key?: string | undefined;
  readonly pfx?: Uint8Array | undefined;
  /** Of `key` or `pfx`. */
  readonly passphrase?: string | undefined;
  /** The name that the server's certificate has, where it is not the address's. */
  readonly serverName?: string | undefined;
  /** Takes any certificate. `HttpTransport.insecure` tells, so that a view can show it. */
  readonly acceptAnyCertificate?: boolean | undefined;
}

export interface ProxyAccess {
  /** `http://host:port` or `https://…`; a user and password in it are sent to the proxy. */
  readonly url: string;
  readonly user?: string | undefined;
  readonly password?: string | undefined;
  /** Hosts that are reached without it, in the form of NO_PROXY. */
  readonly except?: string | undefined;
}
