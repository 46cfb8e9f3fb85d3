import { expect, it } from "vitest";
import { Screen } from "./screen";

it("Screen draws each picture over the former one in one write, and restores the terminal", () => {
  const written: string[] = [];
  const terminal = { rows: 4, write: (text: string) => written.push(text) > 0 };
  const screen = new Screen(terminal);
  screen.draw(["one", "two"]);
  screen.draw(["1", "2", "3", "4", "5"]);
  screen.close();
  expect(written).toEqual([
    "\u001b[?1049h\u001b[?25l",
    "\u001b[Hone\u001b[K\r\ntwo\u001b[K\r\n\u001b[J",
    // As many lines as fit, and the cursor below them.
    "\u001b[H1\u001b[K\r\n2\u001b[K\r\n3\u001b[K\r\n\u001b[J",
    "\u001b[?25h\u001b[?1049l",
  ]);
});
