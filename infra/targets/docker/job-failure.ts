import * as pulumi from "@pulumi/pulumi";

/**
 * The failure of a job that ran within the update. Where a RunError that the program throws is shown as it is, one from
 * an `apply` reaches the user through Pulumi's serialization, which writes property names before its message and its
 * stack after it; neither helps anyone, so both are fixed here.
 */
export class JobFailure extends pulumi.RunError {
  constructor(message: string) {
    super(message);
    Object.defineProperties(this, {
      message: { get: () => message, set: () => undefined },
      stack: { value: undefined },
    });
  }
}
