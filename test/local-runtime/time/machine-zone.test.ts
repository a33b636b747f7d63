import { mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { machineZone, zoneOfLink } from '../../../local-runtime/time/machine-zone.ts';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'millrace-zone-'));
});
afterEach(() => {
  rmSync(folder, { recursive: true });
  vi.unstubAllEnvs();
});

it.each([
  ['/usr/share/zoneinfo/Europe/Berlin', 'Europe/Berlin'],
  ['../usr/share/zoneinfo/America/Argentina/Buenos_Aires', 'America/Argentina/Buenos_Aires'],
  ['/var/db/timezone/zoneinfo/America/Port-au-Prince', 'America/Port-au-Prince'],
  ['/usr/share/zoneinfo/posix/Asia/Kolkata', 'Asia/Kolkata'],
  ['/usr/share/zoneinfo/Etc/UTC', 'UTC'],
  ['/usr/share/zoneinfo/UTC', 'UTC'],
  // ICU knows what these mean.
  ['/usr/share/zoneinfo/Etc/GMT+3', undefined],
  ['/usr/share/zoneinfo/CET', undefined],
  ['/usr/share/zoneinfo/localtime', undefined],
  ['/etc/my-zone', undefined],
  ['/usr/share/zoneinfo/Europe/', undefined],
])('a link to %s names %s', (target, zone) => {
  const path = join(folder, 'localtime');
  symlinkSync(target, path);
  expect(zoneOfLink(path)).toBe(zone);
});

it('asks ICU where there is no link', () => {
  expect(zoneOfLink(join(folder, 'localtime'))).toBeUndefined();
  writeFileSync(join(folder, 'localtime'), 'TZif2');
  expect(zoneOfLink(join(folder, 'localtime'))).toBeUndefined();
});

it('heeds TZ, and that it changes', () => {
  vi.stubEnv('TZ', 'Asia/Tokyo');
  expect(machineZone()).toBe('Asia/Tokyo');
  vi.stubEnv('TZ', 'Europe/Paris');
  expect(machineZone()).toBe('Europe/Paris');
});
