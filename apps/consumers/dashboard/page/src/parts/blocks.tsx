import type { ComponentChildren } from "preact";

/** A number with its label. @param hook the test id */
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

/** Says that there is nothing to show, and what will change that. */
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

/** Shown until the server has answered. */
export function Waiting() {
  return (
    <p class="waiting" role="status">
      Waiting for the server…
    </p>
  );
}

/** A table that scrolls sideways on narrow screens; it can be focused, so that the keyboard can scroll it. */
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
