import { type JavaKind, javaSources } from './java-sources.ts';
import type { Names } from './names.ts';
import type { Scaffold } from './scaffold.ts';

/** Versions of the build; those of Flink and Java are the target's. */
const VERSIONS = { junit: '5.11.4', compiler: '3.13.0', surefire: '3.5.2', resources: '3.3.1', jar: '3.4.2' };

/** A Maven project with one Java function and a test of it. */
export function javaScaffold(names: Names, kind: JavaKind, inPackage: string, flink: string): Scaffold {
  const { imports, body, testImports, testBody } = javaSources[kind];
  const { className, artifact, sql } = names;
  const fill = (text: string): string =>
    text.replaceAll('NAME', className).replaceAll('SQL(', `${sql}(`).replaceAll("'SQL'", `'${sql}'`);
  const folder = inPackage.replaceAll('.', '/');
  const head = `package ${inPackage};\n\n`;
  const testClass = `class ${className}Test {\n\n${testBody}\n}`;
  return {
    files: new Map([
      ['pom.xml', pom(artifact, inPackage, flink)],
      [`src/main/java/${folder}/${className}.java`, `${head}${importLines(imports)}${fill(body)}\n`],
      [
        `src/test/java/${folder}/${className}Test.java`,
        `${head}${importLines([...testImports, 'org.junit.jupiter.api.Test'])}${fill(testClass)}\n`,
      ],
      ['.gitignore', 'target/\n'],
    ]),
    source: `src/main/java/${folder}/${className}.java`,
  };
}

/** Those of classes first, then the static ones. */
function importLines(names: readonly string[]): string {
  const lines = (wanted: readonly string[]): string =>
    wanted.length === 0 ? '' : `${wanted.map((name) => `import ${name};\n`).join('')}\n`;
  const sorted = [...names].sort();
  return (
    lines(sorted.filter((name) => !name.startsWith('static '))) +
    lines(sorted.filter((name) => name.startsWith('static ')))
  );
}

function pom(artifact: string, group: string, flink: string): string {
  const plugins = (['compiler', 'surefire', 'resources', 'jar'] as const).map(
    (name) => `      <plugin>
        <artifactId>maven-${name}-plugin</artifactId>
        <version>${VERSIONS[name]}</version>
      </plugin>`,
  );
  return `<?xml version="1.0" encoding="UTF-8"?>
<project xmlns="http://maven.apache.org/POM/4.0.0">
  <modelVersion>4.0.0</modelVersion>
  <groupId>${group}</groupId>
  <artifactId>${artifact}</artifactId>
  <version>1.0</version>

  <properties>
    <flink.version>${flink}</flink.version>
    <!-- What Flink's clusters run on: Java 11 or 17. -->
    <maven.compiler.release>11</maven.compiler.release>
    <project.build.sourceEncoding>UTF-8</project.build.sourceEncoding>
  </properties>

  <dependencies>
    <!-- Provided: the cluster has Flink's classes, the jar must not. -->
    <dependency>
      <groupId>org.apache.flink</groupId>
      <artifactId>flink-table-api-java</artifactId>
      <version>\${flink.version}</version>
      <scope>provided</scope>
    </dependency>
    <dependency>
      <groupId>org.junit.jupiter</groupId>
      <artifactId>junit-jupiter</artifactId>
      <version>${VERSIONS.junit}</version>
      <scope>test</scope>
    </dependency>
  </dependencies>

  <build>
    <finalName>\${project.artifactId}</finalName>
    <plugins>
${plugins.join('\n')}
    </plugins>
  </build>
</project>
`;
}
