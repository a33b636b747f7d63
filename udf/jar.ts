import { unzipSync } from 'fflate';
import { type ClassFile, readClassFile } from './class-file.ts';

export interface JarClasses {
  readonly classes: readonly ClassFile[];
  /** Classes that could not be read, with the reason. */
  readonly unread: readonly { readonly name: string; readonly reason: string }[];
}

/**
 * The classes of a jar. Those for other Java versions (META-INF/versions) and module descriptors are left out.
 * @throws when the bytes are no zip archive
 */
export function readJar(bytes: Uint8Array): JarClasses {
  const isClass = (name: string): boolean =>
    name.endsWith('.class') && !name.startsWith('META-INF/') && !/(?:^|\/)(?:module|package)-info\.class$/.test(name);
  return readClasses(unzipSync(bytes, { filter: ({ name }) => isClass(name) }));
}

/** Class files by their names. */
export function readClasses(files: Readonly<Record<string, Uint8Array>>): JarClasses {
  const classes: ClassFile[] = [];
  const unread: { name: string; reason: string }[] = [];
  for (const [name, bytes] of Object.entries(files)) {
    try {
      classes.push(readClassFile(bytes));
    } catch (error) {
      unread.push({ name, reason: error instanceof Error ? error.message : String(error) });
    }
  }
  return { classes, unread };
}
