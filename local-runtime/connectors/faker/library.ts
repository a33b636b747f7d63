import { faker } from '@faker-js/faker/locale/en';

/** The library of names, seeded when a seed is given: a value by its path, `person.fullName`. */
export function libraryOfNames(seed: number | undefined): (path: string) => string {
  if (seed !== undefined) faker.seed(seed);
  const methods = new Map<string, () => unknown>();
  return (path) => {
    let method = methods.get(path);
    if (!method) {
      const [module = '', name = ''] = path.split('.');
      const owner = (faker as unknown as Record<string, Record<string, unknown>>)[module];
      const found = owner?.[name];
      if (typeof found !== 'function') throw new Error(`the library of names has no ${path}`);
      method = found.bind(owner) as () => unknown;
      methods.set(path, method);
    }
    return String(method());
  };
}
