import type { Stats } from 'node:fs';
import { stat } from 'node:fs/promises';
import { isAbsolute, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { ResolvedFunction } from '../../flink-sql/catalog/model.ts';
import type { Options } from '../connectors/options.ts';
import { pythonFiles } from '../udf/python.ts';
import { SessionError } from './errors.ts';
import { okResult, type StatementResult } from './results.ts';
import type { Session } from './session.ts';

/** A resource's path and what is there. */
export async function fileOf(session: Session, uri: string): Promise<{ file: string; found: Stats | undefined }> {
  const path = uri.startsWith('file:') ? fileURLToPath(uri) : uri;
  const file = isAbsolute(path) ? path : resolve(session.environment.workingDirectory, path);
  return { file, found: await stat(file).catch(() => undefined) };
}

const notFound = (uri: string): SessionError =>
  new SessionError([
    {
      exception: 'TableException',
      message: `Could not register the specified resource [ResourceUri{resourceType=JAR, uri='${uri}'}].`,
    },
    { exception: 'FileNotFoundException', message: `jar resource [${uri}] not found.` },
  ]);

/** ADD JAR: the file must be there. Its classes are for the functions that name no jar of their own. */
export async function addJar(session: Session, uri: string): Promise<StatementResult> {
  const { file, found } = await fileOf(session, uri);
  if (!found) {
    throw notFound(uri);
  }
  if (found.isDirectory()) {
    const message = `The registering or unregistering jar resource [${uri}] is a directory that is not allowed.`;
    throw new SessionError([{ exception: 'ValidationException', message }]);
  }
  if (!session.jars.includes(file)) session.jars = [...session.jars, file];
  return okResult();
}

/** A temporary function's jars are registered when it is made, so they must be there (FunctionCatalog, ResourceManager). */
export async function checkJars(session: Session, fn: ResolvedFunction): Promise<void> {
  for (const uri of fn.temporary ? fn.jars : []) {
    if (!(await fileOf(session, uri)).found) throw notFound(uri);
  }
}

/** The files in which a function's class may be, by their full paths: its own jars, then those of ADD JAR; of Python, `python.files`. */
export async function functionFiles(
  session: Session,
  fn: ResolvedFunction,
  options: Options,
): Promise<readonly string[]> {
  const files: string[] = [];
  if (fn.language === 'PYTHON') {
    for (const path of pythonFiles(options)) {
      const { file, found } = await fileOf(session, path);
      if (!found) {
        const message = `The file of Python functions '${path}' ('python.files') does not exist.`;
        throw new SessionError([{ exception: 'ValidationException', message }]);
      }
      files.push(file);
    }
    return files;
  }
  for (const uri of fn.jars) {
    const { file, found } = await fileOf(session, uri);
    if (!found) throw notFound(uri);
    files.push(file);
  }
  return [...files, ...session.jars.filter((jar) => !files.includes(jar))];
}
