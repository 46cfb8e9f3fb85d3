import { expect, test } from "vitest";
import { firstProxy } from "./go.mjs";
import { missingPackages } from "./npm-packages.mjs";
import { checksumOf } from "./pulumi-cli.mjs";

test("an archive's checksum is found by its exact name", () => {
  const text =
    "aa  pulumi-v3.1.0-linux-x64.tar.gz.sig\nbb  pulumi-v3.1.0-linux-x64.tar.gz\ncc *other.tar.gz\n";
  expect(checksumOf(text, "pulumi-v3.1.0-linux-x64.tar.gz")).toBe("bb");
  expect(checksumOf(text, "other.tar.gz")).toBe("cc");
  expect(checksumOf(text, "pulumi-v3.1.0-darwin-x64.tar.gz")).toBeUndefined();
});

test.each([
  [undefined, "https://proxy.golang.org"],
  ["https://proxy.golang.org,direct", "https://proxy.golang.org"],
  ["direct|http://mirror.example/", "http://mirror.example"],
  ["off", undefined],
])("GOPROXY %s asks %s first", (setting, expected) => {
  expect(firstProxy(setting)).toBe(expected);
});

test("installed packages are compared with the lock file", () => {
  const wanted = {
    "": { version: "1.0.0" },
    "node_modules/a": { version: "1.0.0" },
    "node_modules/b": { version: "2.0.0" },
    "node_modules/c": { version: "1.0.0" },
    "node_modules/d-darwin": { version: "1.0.0", optional: true },
    "node_modules/linked": { link: true },
  };
  const installed = {
    "node_modules/a": { version: "1.0.0" },
    "node_modules/b": { version: "1.9.0" },
    "node_modules/linked": { link: true },
  };
  expect(missingPackages(wanted, installed)).toEqual(["node_modules/b", "node_modules/c"]);
});
