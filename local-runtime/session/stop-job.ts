import type { StopJob } from '../../flink-sql/syntax/ast.ts';
import { localPath } from '../connectors/filesystem/files.ts';
import { asFault } from '../errors.ts';
import { SAVEPOINT_DIRECTORY } from '../job/checkpoint-settings.ts';
import { SessionError, type Throwable } from './errors.ts';
import { badJobId } from './jobs.ts';
import type { Operation } from './operation.ts';
import { okResult, type StatementResult, stringColumns, tableResult } from './results.ts';
import type { Session } from './session.ts';

/** STOP JOB 'id' [WITH SAVEPOINT [WITH DRAIN]] (OperationExecutor.callStopJobOperation). */
export async function stopJob(session: Session, operation: Operation, statement: StopJob): Promise<StatementResult> {
  const id = statement.id.value;
  const how = statement.withSavepoint ? 'with savepoint' : '';
  const refuse = (causes: readonly Throwable[]): SessionError => {
    const message = `Could not stop job ${id} ${how} for operation ${operation.handle}.`;
    return new SessionError([{ exception: 'SqlExecutionException', message }, ...causes]);
  };
  const wrong = badJobId(id);
  if (wrong) throw refuse(wrong);
  const entry = session.jobs.get(id);
  if (!entry) {
    throw refuse([{ exception: 'FlinkJobNotFoundException', message: `Could not find Flink job (${id})` }]);
  }
  const { job } = entry;
  if (!statement.withSavepoint) {
    if (job.state === 'FINISHED' || job.state === 'FAILED') {
      const ended = `Job cancellation failed because the job has already reached another terminal state (${job.state}).`;
      const message = `[org.apache.flink.runtime.rest.handler.RestHandlerException: ${ended}\n]`;
      throw refuse([{ exception: 'org.apache.flink.runtime.rest.util.RestClientException', message }]);
    }
    await job.cancel();
    return okResult();
  }
  try {
    const { path } = await job.stop(savepointDirectory(session), statement.withDrain);
    return tableResult(stringColumns('savepoint path'), [[`file:${path}`]]);
  } catch (error) {
    throw refuse(asFault(error).chain());
  }
}

/** The session's folder for savepoints; undefined where it names none. */
function savepointDirectory(session: Session): string | undefined {
  const options = session.properties();
  const key = SAVEPOINT_DIRECTORY.find((each) => options[each]);
  return key === undefined ? undefined : localPath(options[key] as string, session.environment.workingDirectory);
}
