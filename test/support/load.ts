import type { MessageMaker } from "./messages";
import type { Topic } from "./topic";

const everyMs = 50;

/** Sends messages until it is stopped. */
export class Load {
  private stopped = false;
  private readonly done: Promise<void>;

  private constructor(topic: Topic, maker: MessageMaker, perSecond: number) {
    this.done = this.run(topic, maker, Math.ceil((perSecond * everyMs) / 1000));
    this.done.catch(() => {});
  }

  static start(topic: Topic, maker: MessageMaker, perSecond: number): Load {
    return new Load(topic, maker, perSecond);
  }

  /** Resolves when all sent messages are stored. */
  async stop(): Promise<void> {
    this.stopped = true;
    await this.done;
  }

  private async run(topic: Topic, maker: MessageMaker, batch: number): Promise<void> {
    const sender = await topic.sender();
    while (!this.stopped) {
      await sender.send(maker.make(batch));
      await new Promise((resolve) => setTimeout(resolve, everyMs));
    }
    await sender.close();
  }
}
