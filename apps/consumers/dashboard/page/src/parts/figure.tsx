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
