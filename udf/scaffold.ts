/** The files of a new project. */
export interface Scaffold {
  /** Texts by path, with `/`, below the project's folder. */
  readonly files: ReadonlyMap<string, string>;
  /** The file with the function. */
  readonly source: string;
}
