import type { ComponentChildren } from "preact";

/** A number with what it is of. @param hook what tests find it by */
export function Figure({
  label,
  children,
  note,
  hook,
  tone,
}: {
  readonly label: string;
  readonly children: ComponentChildren;
  readonly note?: ComponentChildren;
  readonly hook?: string;
  readonly tone?: "bad" | "warning" | undefined;
}) {
  return (
    <div class={`figure ${tone === undefined ? "" : `tone-${tone}`}`}>
      <dt>{label}</dt>
      <dd data-testid={hook}>{children}</dd>
      {note !== undefined && <dd class="figure-note">{note}</dd>}
    </div>
  );
}

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

/** A table that scrolls sideways by itself where there is little room; the keyboard reaches it for that. */
export function Table({
  label,
  isBusy = false,
  children,
}: {
  readonly label: string;
  readonly isBusy?: boolean;
  readonly children: ComponentChildren;
}) {
  return (
    <div class="table-scroll" role="group" aria-label={label} aria-busy={isBusy} tabIndex={0}>
      <table>{children}</table>
    </div>
  );
}
