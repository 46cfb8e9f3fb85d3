import type { ComponentChildren } from "preact";

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
