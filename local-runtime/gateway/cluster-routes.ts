import { availableParallelism, freemem, totalmem } from 'node:os';
import { traceText } from '../session/errors.ts';
import type { JobRegistry } from '../session/jobs.ts';
import { json } from './http.ts';
import { RestError } from './rest-error.ts';
import type { Request, Route } from './router.ts';

/** The name of the one TaskManager, which is this process. */
const ID = 'localhost';
const VERSION = '2.2.0';

/** What the JobManager's REST API tells of its servers: here one process, which writes no log files and has no configuration file. */
export function clusterRoutes(jobs: JobRegistry): Route[] {
  const one = (request: Request) => {
    const id = request.parameters.taskmanagerid ?? '';
    if (id !== ID) throw unknown(id);
    return taskManager();
  };
  const logs = () => json({ logs: [] });
  return [
    { method: 'GET', path: '/overview', run: () => json(overview(jobs)) },
    { method: 'GET', path: '/config', run: () => json(config()) },
    { method: 'GET', path: '/taskmanagers', run: () => json({ taskmanagers: [taskManager()] }) },
    {
      method: 'GET',
      path: '/taskmanagers/:taskmanagerid',
      run: (request) => json({ ...one(request), allocatedSlots: [], metrics: memoryMetrics() }),
    },
    {
      method: 'GET',
      path: '/taskmanagers/:taskmanagerid/logs',
      run: (request) => {
        one(request);
        return logs();
      },
    },
    { method: 'GET', path: '/jobmanager/logs', run: logs },
    { method: 'GET', path: '/jobmanager/config', run: () => json([]) },
  ];
}

function unknown(id: string): RestError {
  const message = `Could not find TaskManager: ${id}.`;
  return new RestError(404, [traceText([{ exception: 'org.apache.flink.runtime.rest.NotFoundException', message }])]);
}

function taskManager(): object {
  return {
    id: ID,
    path: `process ${process.pid}`,
    dataPort: -1,
    jmxPort: -1,
    timeSinceLastHeartbeat: Date.now(),
    // Any number of jobs run beside each other.
    slotsNumber: 1,
    freeSlots: 1,
    hardware: {
      cpuCores: availableParallelism(),
      physicalMemory: totalmem(),
      freeMemory: freemem(),
      managedMemory: 0,
    },
    memoryConfiguration: { totalProcessMemory: process.memoryUsage.rss(), managedMemory: 0 },
  };
}

function memoryMetrics(): object {
  const { heapUsed, heapTotal, external } = process.memoryUsage();
  return { heapUsed, heapCommitted: heapTotal, heapMax: heapTotal, nonHeapUsed: external, garbageCollectors: [] };
}

function overview(jobs: JobRegistry): object {
  const states = jobs.list().map(({ job }) => job.state);
  const of = (...wanted: readonly string[]): number => states.filter((state) => wanted.includes(state)).length;
  return {
    taskmanagers: 1,
    'slots-total': 1,
    'slots-available': 1,
    'jobs-running': of('CREATED', 'RUNNING', 'FAILING', 'CANCELLING'),
    'jobs-finished': of('FINISHED'),
    'jobs-cancelled': of('CANCELED'),
    'jobs-failed': of('FAILED'),
    'flink-version': VERSION,
    'flink-commit': '',
  };
}

function config(): object {
  return {
    'refresh-interval': 1000,
    'timezone-name': Intl.DateTimeFormat().resolvedOptions().timeZone,
    'timezone-offset': -new Date().getTimezoneOffset() * 60_000,
    'flink-version': VERSION,
    'flink-revision': '',
    features: { 'web-submit': false, 'web-cancel': true, 'web-rescale': false, 'web-history': false },
  };
}
