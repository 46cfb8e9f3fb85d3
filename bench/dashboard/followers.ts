import { Agent, get } from "node:http";

/** Reads the stream of devices as so many pages do, but draws nothing: a browser for each would need the machine for itself. */
export class Followers {
  private readonly agent = new Agent({ maxSockets: Infinity });
  private received = 0;

  /** @param url of the dashboard */
  static async open(url: string, count: number): Promise<Followers> {
    const followers = new Followers();
    await Promise.all(
      Array.from({ length: count }, () => followers.follow(`${url}/api/stream?view=devices`)),
    );
    return followers;
  }

  /** Bytes that all of them have received. */
  get receivedBytes(): number {
    return this.received;
  }

  close(): void {
    this.agent.destroy();
  }

  private follow(url: string): Promise<void> {
    return new Promise((resolve, reject) => {
      const request = get(url, { agent: this.agent }, (response) => {
        if (response.statusCode !== 200) {
          reject(new Error(`the dashboard answered ${response.statusCode}`));
          return;
        }
        response.on("data", (chunk: Buffer) => (this.received += chunk.length));
        response.on("error", () => {});
        resolve();
      });
      request.on("error", reject);
    });
  }
}
