import { maskOptions } from './secret-options.ts';

/** What stands in a secret's place. */
export const MASK = '****';
/** A shorter secret is masked only where it is a whole literal: else it would blacken half of every text. */
const LONG_ENOUGH = 4;

/** Keeps the values of secrets out of what people see: outputs, errors, logs. */
export class Masker {
  private readonly secrets = new Set<string>();

  add(secrets: Iterable<string>): void {
    for (const secret of secrets) if (secret !== '') this.secrets.add(secret);
  }

  get empty(): boolean {
    return this.secrets.size === 0;
  }

  /** For what servers say of statements: also hides the values of options that are secrets wherever they came from. */
  message(text: string): string {
    return maskOptions(this.text(text));
  }

  /** The same for an answer in binary data; see `bytes`. */
  messageBytes(data: Uint8Array): Uint8Array {
    const known = this.bytes(data);
    // A character a byte: what is replaced keeps its length.
    const text = Buffer.from(known.buffer, known.byteOffset, known.byteLength).toString('latin1');
    const masked = maskOptions(text, (value) => '*'.repeat(value.length));
    return masked === text ? known : Uint8Array.from(Buffer.from(masked, 'latin1'));
  }

  /** The text with `****` in the place of every secret, as it is and as a SQL or JSON literal holds it. */
  text(text: string): string {
    if (this.secrets.size === 0) return text;
    let masked = text;
    for (const secret of this.longestFirst()) {
      const forms = new Set([
        secret,
        secret.replaceAll("'", "''"),
        JSON.stringify(secret).slice(1, -1),
        encodeURIComponent(secret),
      ]);
      for (const form of forms)
        masked =
          form.length >= LONG_ENOUGH
            ? masked.replaceAll(form, MASK)
            : masked.replaceAll(`'${form}'`, `'${MASK}'`).replaceAll(`"${form}"`, `"${MASK}"`);
    }
    return masked;
  }

  /** The same for the UTF-8 in binary data, where every length must stay: each secret becomes as many `*` as it has bytes. */
  bytes(data: Uint8Array): Uint8Array {
    if (this.secrets.size === 0) return data;
    let out: Uint8Array | undefined;
    for (const secret of this.longestFirst()) {
      if (secret.length < LONG_ENOUGH) continue;
      for (const form of new Set([secret, secret.replaceAll("'", "''")])) {
        const wanted = Buffer.from(form, 'utf8');
        const view = Buffer.from((out ?? data).buffer, (out ?? data).byteOffset, data.byteLength);
        for (let at = view.indexOf(wanted); at >= 0; at = view.indexOf(wanted, at + wanted.length)) {
          out ??= Uint8Array.from(data);
          out.fill(0x2a, at, at + wanted.length);
        }
      }
    }
    return out ?? data;
  }

  private longestFirst(): string[] {
    return [...this.secrets].sort((a, b) => b.length - a.length);
  }
}
