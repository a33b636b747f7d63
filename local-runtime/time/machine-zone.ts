let known: { readonly variable: string | undefined; readonly zone: string } | undefined;
const names = new Set<string>();

/** The time zone of this machine. ICU takes milliseconds to tell, so it is asked once for each value of TZ. */
export function machineZone(): string {
  const variable = process.env.TZ;
  if (known === undefined || known.variable !== variable) {
    known = { variable, zone: new Intl.DateTimeFormat().resolvedOptions().timeZone };
  }
  return known.zone;
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
