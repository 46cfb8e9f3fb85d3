/** The type of the consumer that is no app of this project: Prometheus itself, by its official image. */
export const prometheusType = "prometheus";

/** Where Prometheus listens in its container; the stack publishes it on 127.0.0.1 at `prometheusPort`. */
export const prometheusContainerPort = 9_090;
/** Answers with status 200 while Prometheus works (its management API). */
export const prometheusHealthPath = "/-/healthy";
