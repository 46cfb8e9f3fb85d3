import { answers } from "./download.mjs";
import { capture, findCommand } from "./process.mjs";

const probeMs = 4000;

/** Facts about the machine on which set-up runs. Slow ones are found out once, and only if they are needed. */
export class Machine {
  /** @type {Map<string, Promise<unknown>>} */
  #known = new Map();

  /** @param {NodeJS.ProcessEnv} [env] */
  constructor(env = process.env) {
    this.env = env;
    this.platform = process.platform;
    this.arch = process.arch;
  }

  /** The full path of a command, or undefined. @param {string} name */
  command(name) {
    return findCommand(name, this.env);
  }

  /**
   * Why an HTTP server cannot be used, or undefined if it answers within a few seconds.
   *
   * @param {string} url
   * @returns {Promise<string | undefined>}
   */
  obstacleTo(url) {
    return this.once(`reach ${url}`, async () => {
      return (await answers(url, probeMs)) ? undefined : `cannot reach ${new URL(url).host}`;
    });
  }

  /** Why ways that need Linux are closed here, or undefined. */
  obstacleToLinux() {
    return this.platform === "linux" ? undefined : `not possible on ${this.platform}`;
  }

  /**
   * The words before a command that needs root: none for root, sudo if it asks for no password; undefined if this user
   * cannot become root.
   *
   * @returns {Promise<string[] | undefined>}
   */
  rootPrefix() {
    return this.once("root", async () => {
      if (process.getuid?.() === 0) return [];
      const sudo = this.command("sudo");
      if (sudo === undefined) return undefined;
      return (await capture(sudo, ["-n", "true"], { timeoutMs: probeMs })).code === 0
        ? [sudo, "-n"]
        : undefined;
    });
  }

  /** Why Debian packages cannot be installed here, or undefined. @returns {Promise<string | undefined>} */
  async obstacleToApt() {
    if (this.command("apt-get") === undefined) return "there is no apt-get to install it with";
    if ((await this.rootPrefix()) === undefined) return "installing it with apt-get needs root";
    return undefined;
  }

  /**
   * Remembers the answer to a question by its name; simultaneous callers share one answer.
   *
   * @template T
   * @param {string} name
   * @param {() => Promise<T>} answer
   * @returns {Promise<T>}
   */
  once(name, answer) {
    const known = this.#known.get(name) ?? answer();
    this.#known.set(name, known);
    return /** @type {Promise<T>} */ (known);
  }
}
