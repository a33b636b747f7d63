export { DeployError, type Phase } from './deploy-error.ts';
export { type Deployed, type DeployRequest, deploy, type Progress, type Replaced, type Target } from './deployer.ts';
export { type Commit, commitOf } from './git.ts';
export { flinkConfig, type JobOptions, optionProblems, RESTART_STRATEGIES, type RestartOptions } from './options.ts';
export { type DeploymentPlan, type PlannedStatement, type PlanProblem, planDeployment } from './plan.ts';
export { type DeployedJob, type DeploymentRecord, DeploymentStore } from './record.ts';
export { deployRecorded, type RecordedRequest } from './recorded.ts';
