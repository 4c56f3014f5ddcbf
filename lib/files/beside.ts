/**
 * A file that is written beside its place and put there when it is whole.
 *
 * @module
 */

/** Text for a file, which is beside it as `.tmp` until it is finished. Nothing is opened before the first text. */
export class FileBeside implements Disposable {
  /** Where the file goes. */
  readonly path: string;
  readonly #beside: string;
  #file: Deno.FsFile | undefined;

  /** Takes the path of the file. */
  constructor(path: string) {
    this.path = path;
    this.#beside = `${path}.tmp`;
  }

  /** Adds text. */
  write(text: string): void {
    const file = this.#file ??= Deno.openSync(this.#beside, {
      write: true,
      create: true,
      truncate: true,
    });
    let bytes = new TextEncoder().encode(text);
    while (bytes.length > 0) bytes = bytes.subarray(file.writeSync(bytes));
  }

  /** Puts the file in its place; or takes away what earlier runs have left, where nothing was written. */
  async finish(): Promise<void> {
    if (this.#file) {
      this.#file.close();
      this.#file = undefined;
      return await Deno.rename(this.#beside, this.path);
    }
    for (const path of [this.path, this.#beside]) {
      await Deno.remove(path).catch((error) => {
        if (!(error instanceof Deno.errors.NotFound)) throw error;
      });
    }
  }

  /** Lets go of a file that is not finished; that of an earlier run stays. */
  [Symbol.dispose](): void {
    if (!this.#file) return;
    this.#file.close();
    this.#file = undefined;
    Deno.removeSync(this.#beside);
  }
}
