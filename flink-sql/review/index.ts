export { placeFault } from './fault-place.ts';
export { reviewInserts } from './review-insert.ts';
export { reviewTable } from './review-table.ts';
