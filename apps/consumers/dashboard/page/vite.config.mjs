/**
 * The page as the app image has it: few files, named by their content, and nothing inline, as the server's security policy asks.
 *
 * @type {import("vite").UserConfig}
 */
export default {
  base: "./",
  publicDir: false,
  build: {
    target: "es2023",
    assetsInlineLimit: 0,
    modulePreload: false,
    sourcemap: false,
    reportCompressedSize: false,
  },
};
