/**
 * The progress that set-up shows: a line with the reason when long work starts, its elapsed time while it runs, and a line when
 * it is done. A terminal has one line at the bottom that is kept up to date; elsewhere (CI, a file) a line shows what is running
 * after 20 seconds of silence.
 *
 * @typedef {object} Task
 * @property {(text?: string) => void} done ends it with its seconds
 * @property {() => void} drop ends it without a line (its failure is reported elsewhere)
 *
 * @typedef {object} Output
 * @property {boolean} [isTTY]
 * @property {number} [columns]
 * @property {(text: string) => unknown} write
 */

const heartbeatMs = 20_000;

export class Progress {
  /** When each part under way began. @type {Map<string, number>} */
  #tasks = new Map();
  #saidMs = 0;
  #statusShown = false;
  /** @type {NodeJS.Timeout | undefined} */
  #timer;

  /**
   * @param {Output} [output]
   * @param {() => number} [now] milliseconds
   */
  constructor(output = process.stderr, now = Date.now) {
    this.output = output;
    this.now = now;
  }

  /**
   * Shows that a part's long work begins.
   *
   * @param {string} part
   * @param {string} why what is done, and the reason
   * @returns {Task}
   */
  start(part, why) {
    this.#tasks.set(part, this.now());
    this.line(`${part}: ${why}`);
    if (this.#timer === undefined) {
      this.#timer = setInterval(() => this.tick(), this.output.isTTY ? 1000 : 2000);
      this.#timer.unref();
    }
    return {
      done: (text = "done") => {
        const elapsed = this.#elapsed(part);
        this.#end(part);
        this.line(`${part}: ${text} (${elapsed})`);
      },
      drop: () => this.#end(part),
    };
  }

  /** Writes one line for good. @param {string} text */
  line(text) {
    this.#clearStatus();
    this.output.write(`${text}\n`);
    this.#saidMs = this.now();
    this.#showStatus();
  }

  /** Lets other code write to the same terminal, above the line at its bottom. @param {() => void} write */
  aside(write) {
    this.#clearStatus();
    write();
    this.#saidMs = this.now();
    this.#showStatus();
  }

  /** Shows how long each part has taken. Called by a timer. */
  tick() {
    if (this.output.isTTY) {
      this.#clearStatus();
      this.#showStatus();
      return;
    }
    if (this.now() - this.#saidMs < heartbeatMs) return;
    this.line(`still at it: ${this.#status()}`);
  }

  /** @param {string} part */
  #elapsed(part) {
    return seconds(this.now() - (this.#tasks.get(part) ?? this.now()));
  }

  /** @param {string} part */
  #end(part) {
    this.#clearStatus();
    this.#tasks.delete(part);
    if (this.#tasks.size > 0) return;
    clearInterval(this.#timer);
    this.#timer = undefined;
  }

  #clearStatus() {
    if (!this.#statusShown) return;
    this.output.write("\r\x1b[K");
    this.#statusShown = false;
  }

  #showStatus() {
    if (!this.output.isTTY || this.#tasks.size === 0) return;
    this.output.write(`… ${this.#status()}`.slice(0, (this.output.columns ?? 80) - 1));
    this.#statusShown = true;
  }

  #status() {
    return [...this.#tasks.keys()].map((part) => `${part} ${this.#elapsed(part)}`).join(" · ");
  }
}

/** "8 s" or "2 min 5 s". @param {number} ms */
export function seconds(ms) {
  const total = Math.round(ms / 1000);
  return total < 60 ? `${total} s` : `${Math.floor(total / 60)} min ${total % 60} s`;
}
