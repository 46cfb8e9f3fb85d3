import { Cell } from "./cell";

/** `system` follows what the system prefers. */
export const themes = ["system", "light", "dark"] as const;
export type Theme = (typeof themes)[number];

const storageKey = "theme";
const systemPrefersDark = matchMedia("(prefers-color-scheme: dark)");

/** What the reader chose. */
export const theme = new Cell<Theme>(remembered());
/** Counts how often colours have changed: what is drawn on a canvas does not change by itself. */
export const colourChanges = new Cell(0);

const changeColours = () => {
  colours.clear();
  colourChanges.value++;
};

/** Shows the page in the theme that was chosen when it was last looked at, and from then on in what is chosen. */
export function startTheme(): void {
  const apply = () => {
    document.documentElement.dataset["theme"] = theme.value;
    changeColours();
  };
  apply();
  theme.subscribe(() => {
    apply();
    remember(theme.value);
  });
  systemPrefersDark.addEventListener("change", changeColours);
}

const colours = new Map<string, string>();

/** The colour that a style's variable has now, for what is drawn on a canvas. */
export function colourOf(variable: string): string {
  const known = colours.get(variable);
  if (known !== undefined) return known;
  // A variable by itself would say `light-dark(…)`; only where it is used as a colour does it become one.
  const probe = document.createElement("i");
  probe.style.color = `var(${variable})`;
  document.body.append(probe);
  const colour = getComputedStyle(probe).color;
  probe.remove();
  colours.set(variable, colour);
  return colour;
}

/** Some browsers refuse to remember anything; the page does without. */
function remembered(): Theme {
  try {
    const stored = localStorage.getItem(storageKey);
    return themes.find((name) => name === stored) ?? "system";
  } catch {
    return "system";
  }
}

function remember(chosen: Theme): void {
  try {
    localStorage.setItem(storageKey, chosen);
  } catch {
    // Then the choice holds as long as the page is open.
  }
}
