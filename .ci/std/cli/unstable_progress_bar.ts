/**
 * Stands in for `@std/cli/unstable-progress-bar` where JSR cannot be reached: the same calls, a plainer bar.
 *
 * @module
 */

/** What the formatter is given. */
export interface ProgressBarFormatter {
  styledTime: string;
  progressBar: string;
  value: number;
  max: number;
}

/** The options that odeno uses. */
export interface ProgressBarOptions {
  writable?: WritableStream<Uint8Array>;
  max: number;
  clear?: boolean;
  formatter?: (formatter: ProgressBarFormatter) => string;
}

const BAR_LENGTH = 50;

/** Draws a bar of `value` in `max` once a second, until `stop()`. */
export class ProgressBar {
  value = 0;
  max: number;
  #writer: WritableStreamDefaultWriter<Uint8Array>;
  #options: ProgressBarOptions;
  #start = Date.now();
  #timer: ReturnType<typeof setInterval>;

  constructor(options: ProgressBarOptions) {
    this.max = options.max;
    this.#options = options;
    this.#writer = (options.writable ?? Deno.stderr.writable).getWriter();
    this.#timer = setInterval(() => this.#draw(), 1000);
    this.#draw();
  }

  /** Ends the drawing, and leaves or clears the line. */
  async stop(): Promise<void> {
    clearInterval(this.#timer);
    if (!this.#options.clear) this.#draw();
    await this.#write(this.#options.clear ? "\r\u001b[K" : "\n");
    this.#writer.releaseLock();
  }

  #draw(): void {
    const filled = Math.trunc(Math.min(this.value / Math.max(this.max, 1), 1) * BAR_LENGTH);
    const seconds = Math.trunc((Date.now() - this.#start) / 1000);
    const two = (n: number) => String(n).padStart(2, "0");
    const parts = {
      styledTime: `${two(Math.trunc(seconds / 60))}:${two(seconds % 60)}`,
      progressBar: "#".repeat(filled) + "-".repeat(BAR_LENGTH - filled),
      value: this.value,
      max: this.max,
    };
    const { formatter = (f) => `[${f.styledTime}] [${f.progressBar}] [${f.value}/${f.max}]` } =
      this.#options;
    void this.#write(`\r\u001b[K${formatter(parts)}`);
  }

  #write(text: string): Promise<void> {
    return this.#writer.write(new TextEncoder().encode(text)).catch(() => {});
  }
}
