import { mkdirSync, mkdtempSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { run } from '../../scripts/run.ts';

export interface Jars {
  /** `group:artifact:version`. */
  readonly artifacts: readonly string[];
  /** Also what they depend on at run time. */
  readonly transitive: boolean;
}

/**
 * Downloads jars with Maven into a folder that does not exist yet; half a download never gets its name.
 * @throws when Maven cannot get one of them
 */
export async function downloadJars(folder: string, { artifacts, transitive }: Jars): Promise<void> {
  mkdirSync(dirname(folder), { recursive: true });
  const work = mkdtempSync(`${folder}.part-`);
  try {
    const exclusions = '<exclusions><exclusion><groupId>*</groupId><artifactId>*</artifactId></exclusion></exclusions>';
    const dependencies = artifacts.map((coordinates) => {
      const [group, artifact, version] = coordinates.split(':');
      const name = `<groupId>${group}</groupId><artifactId>${artifact}</artifactId><version>${version}</version>`;
      return `<dependency>${name}${transitive ? '' : exclusions}</dependency>`;
    });
    writeFileSync(
      join(work, 'pom.xml'),
      `<project xmlns="http://maven.apache.org/POM/4.0.0">
  <modelVersion>4.0.0</modelVersion>
  <groupId>millrace.test</groupId><artifactId>jars</artifactId><version>1</version><packaging>pom</packaging>
  <dependencies>${dependencies.join('')}</dependencies>
</project>
`,
    );
    const plugin = 'org.apache.maven.plugins:maven-dependency-plugin:3.8.1:copy-dependencies';
    const args = ['-B', '-ntp', '-q', plugin, '-DincludeScope=runtime', `-DoutputDirectory=${join(work, 'jars')}`];
    await run('mvn', args, { cwd: work });
    renameSync(join(work, 'jars'), folder);
  } finally {
    rmSync(work, { recursive: true, force: true });
  }
}
