import { expect, it } from "vitest";
import { quantile } from "./quantile";

it.each([
  [0, 1],
  [0.5, 50],
  [0.99, 99],
  [1, 100],
])("finds the figure below which a share of %d lies", (share, expected) => {
  const figures = Array.from({ length: 100 }, (_, index) => 100 - index);
  expect(quantile(figures, share)).toBe(expected);
});
