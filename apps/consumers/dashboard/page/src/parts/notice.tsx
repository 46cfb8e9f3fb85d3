import type { ComponentChildren } from "preact";

/** What stands where there is nothing to show: that, and what will change it. */
export function Notice({
  title,
  children,
}: {
  readonly title: string;
  readonly children?: ComponentChildren;
}) {
  return (
    <div class="notice" data-testid="notice">
      <p class="notice-title">{title}</p>
      {children !== undefined && <p>{children}</p>}
    </div>
  );
}

/** What stands where something has been asked for and has not come yet. */
export function Waiting() {
  return (
    <p class="waiting" role="status">
      Waiting for the server…
    </p>
  );
}
