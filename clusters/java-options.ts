// What Flink's own scripts open of the JDK (env.java.opts.all).
const opened = ['lang', 'net', 'io', 'nio', 'lang.reflect', 'text', 'time', 'util', 'util.concurrent'];
const atomics = ['util.concurrent.atomic', 'util.concurrent.locks'];
const compiler = ['api', 'file', 'parser', 'tree', 'util'].map((part) => `jdk.compiler/com.sun.tools.javac.${part}`);
const exported = [
  'java.rmi/sun.rmi.registry',
  'java.base/sun.net.util',
  'java.management/sun.management',
  'java.security.jgss/sun.security.krb5',
];

/** Options of the Java that runs Flink, without Flink's shell scripts. */
export const moduleOptions: readonly string[] = [
  '-XX:+IgnoreUnrecognizedVMOptions',
  ...[...exported, ...compiler].map((name) => `--add-exports=${name}=ALL-UNNAMED`),
  ...[...opened, ...atomics].map((name) => `--add-opens=java.base/java.${name}=ALL-UNNAMED`),
  '--add-opens=java.base/sun.nio.ch=ALL-UNNAMED',
];

/** log4j2.properties: to standard output; with `file` into the server's log file too. */
export function logging(file = false): string {
  return `rootLogger.level = INFO
rootLogger.appenderRef.out.ref = Out
appender.out.name = Out
appender.out.type = CONSOLE
${layout('out')}${file ? toFile : ''}`;
}

const toFile = `rootLogger.appenderRef.file.ref = File
appender.file.name = File
appender.file.type = FILE
appender.file.fileName = \${sys:log.file}
appender.file.append = false
${layout('file')}`;

function layout(appender: string): string {
  return `appender.${appender}.layout.type = PatternLayout
appender.${appender}.layout.pattern = %d{HH:mm:ss.SSS} %-5p %c{1} - %m%n
`;
}
