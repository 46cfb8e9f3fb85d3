/** Draws what can be seen, at most once a frame of the screen, however often it changes. */
export class RedrawScheduler {
  private readonly drawn = new Set<() => void>();
  private isScheduled = false;

  /** Has something drawn from now on. @returns ends it */
  add(draw: () => void): () => void {
    this.drawn.add(draw);
    return () => this.drawn.delete(draw);
  }

  /** Something has changed. */
  readonly schedule = (): void => {
    if (this.isScheduled) return;
    this.isScheduled = true;
    requestAnimationFrame(() => {
      this.isScheduled = false;
      for (const draw of [...this.drawn]) draw();
    });
  };
}

/** Calls back when an element comes into sight or goes out of it. @returns ends it */
export function watchSight(element: Element, change: (isSeen: boolean) => void): () => void {
  callbacks.set(element, change);
  observer.observe(element);
  return () => {
    callbacks.delete(element);
    observer.unobserve(element);
  };
}

const callbacks = new WeakMap<Element, (isSeen: boolean) => void>();
const observer = new IntersectionObserver(
  (entries) => {
    for (const { target, isIntersecting } of entries) callbacks.get(target)?.(isIntersecting);
  },
  { rootMargin: "120px" },
);
