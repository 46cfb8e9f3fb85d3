import { Cell } from "./cell";

/** `system` follows the preference of the system. */
export const themes = ["system", "light", "dark"] as const;
export type Theme = (typeof themes)[number];

const storageKey = "theme";
const systemPrefersDark = matchMedia("(prefers-color-scheme: dark)");

/** The chosen theme. */
export const theme = new Cell<Theme>(remembered());
/** Grows with each change of colours: a canvas must be drawn again then. */
export const colourChanges = new Cell(0);

const changeColours = () => {
  colours.clear();
  colourChanges.value++;
};

/** Applies the remembered theme, and from then on the chosen one. */
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

/** The present colour of a CSS variable, for a canvas. */
export function colourOf(variable: string): string {
  const known = colours.get(variable);
  if (known !== undefined) return known;
  // The variable itself would be `light-dark(…)`; it becomes a colour only where it is used as one.
  const probe = document.createElement("i");
  probe.style.color = `var(${variable})`;
  document.body.append(probe);
  const colour = getComputedStyle(probe).color;
  probe.remove();
  colours.set(variable, colour);
  return colour;
}

/** Some browsers refuse storage; the page works without it. */
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
    // The choice holds as long as the page is open.
  }
}
