import { readlinkSync } from 'node:fs';

let known: { readonly variable: string | undefined; readonly zone: string } | undefined;
const names = new Set<string>();

/** The time zone of this machine. To ask ICU takes milliseconds, so that it is asked only where the system does not say it plainly, and once. */
export function machineZone(): string {
  const variable = process.env.TZ;
  if (known === undefined || known.variable !== variable) {
    const linked = variable === undefined && process.platform !== 'win32' ? zoneOfLink('/etc/localtime') : undefined;
    known = { variable, zone: linked ?? new Intl.DateTimeFormat().resolvedOptions().timeZone };
  }
  return known.zone;
}

/** The zone that a link into the Time Zone Database names (`/usr/share/zoneinfo/Europe/Berlin`); undefined where it is no such link. */
export function zoneOfLink(path: string): string | undefined {
  let target: string;
  try {
    target = readlinkSync(path);
  } catch {
    return undefined; // A copy of the zone's file, or none at all.
  }
  const name = /\/zoneinfo\/(?:posix\/|right\/)?([^/].*)$/.exec(target)?.[1];
  if (name === 'UTC' || name === 'Etc/UTC') return 'UTC';
  const inArea =
    /^(?:Africa|America|Antarctica|Arctic|Asia|Atlantic|Australia|Europe|Indian|Pacific)(?:\/[A-Z][\w+-]*)+$/;
  return name !== undefined && inArea.test(name) ? name : undefined;
}

/** Whether a zone is in the Time Zone Database. Those that are, are remembered. */
export function isNamedZone(zone: string): boolean {
  if (names.has(zone)) return true;
  if (/^[+-]/.test(zone)) return false;
  try {
    new Intl.DateTimeFormat('en', { timeZone: zone });
  } catch {
    return false; // A RangeError is how Intl says that it does not know the zone.
  }
  names.add(zone);
  return true;
}
