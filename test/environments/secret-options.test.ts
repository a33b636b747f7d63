// biome-ignore-all lint/suspicious/noTemplateCurlyInString: these are variables of SQL texts
import { describe, expect, it } from 'vitest';
import { Masker } from '../../environments/masker.ts';
import { isSecretOption, maskOptions } from '../../environments/secret-options.ts';

describe('options that are secrets', () => {
  it.each([
    ["'password' = 'a''b'", "'password' = '****'"],
    ["'password'='x', 'username'='u'", "'password'='****', 'username'='u'"],
    ["'properties.ssl.key.password' = 'x'", "'properties.ssl.key.password' = '****'"],
    [
      '\'properties.sasl.jaas.config\' = \'m required username="u" password="x";\'',
      "'properties.sasl.jaas.config' = '****'",
    ],
    ["'avro-confluent.basic-auth.user-info' = 'me:x'", "'avro-confluent.basic-auth.user-info' = '****'"],
    ["'avro-confluent.bearer-auth.token' = 'x'", "'avro-confluent.bearer-auth.token' = '****'"],
    ["'fs.s3a.secret.key' = 'x'", "'fs.s3a.secret.key' = '****'"],
    [
      "'url' = 'jdbc:postgresql://h/d?user=u&password=x&ssl=true'",
      "'url' = 'jdbc:postgresql://h/d?user=u&password=****&ssl=true'",
    ],
    ["'uri' = 'mongodb://me:x@h:1,i:2/d'", "'uri' = 'mongodb://me:****@h:1,i:2/d'"],
    ['OPTIONS options:{password=x, topic=t}', 'OPTIONS options:{password=****, topic=t}'],
    ['required username="u" password="x";', 'required username="u" password="****";'],
    // What names a variable holds no secret; what is no option is data.
    ["'password' = '${DB_PASSWORD}'", "'password' = '${DB_PASSWORD}'"],
    ['the password is wrong', 'the password is wrong'],
    ['password authentication failed for user "u"', 'password authentication failed for user "u"'],
    [
      "'connector' = 'jdbc', 'url' = 'jdbc:postgresql://h:1/d'",
      "'connector' = 'jdbc', 'url' = 'jdbc:postgresql://h:1/d'",
    ],
  ])('%s', (text, masked) => {
    expect(maskOptions(text)).toBe(masked);
    expect(maskOptions(masked)).toBe(masked);
  });

  it('keep every length in bytes', () => {
    const text = "é 'password' = 'gehéim', 'a' = 'b'";
    const masked = new TextDecoder().decode(new Masker().messageBytes(new TextEncoder().encode(text)));
    expect(masked).toBe("é 'password' = '*******', 'a' = 'b'");
  });

  it('are known by their names', () => {
    for (const key of ['password', 'my.secret.key', 'x.token', 'sasl.jaas.config', 'API-KEY'])
      expect(isSecretOption(key)).toBe(true);
    for (const key of ['username', 'key.format', 'topic']) expect(isSecretOption(key)).toBe(false);
  });
});
