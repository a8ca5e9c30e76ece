// Bundle the editor into the folder that the service serves, and say in a manifest which files the page loads.

import { readdir, rm, writeFile } from "node:fs/promises";
import { basename } from "node:path";
import { fileURLToPath } from "node:url";
import { build } from "esbuild";

const here = fileURLToPath(new URL(".", import.meta.url));
const out = fileURLToPath(new URL("../src/heritage_graph/web/static/editor/", import.meta.url));

await rm(out, { recursive: true, force: true });
const result = await build({
  absWorkingDir: here,
  entryPoints: ["src/main.js"],
  outdir: out,
  bundle: true,
  minify: true,
  format: "esm",
  splitting: true, // the map and the network come when they are asked for
  target: ["es2022"],
  entryNames: "[name]-[hash]",
  chunkNames: "[name]-[hash]",
  assetNames: "[name]-[hash]",
  publicPath: "/static/editor/",
  loader: { ".png": "dataurl", ".gif": "dataurl", ".svg": "dataurl", ".json": "file" },
  legalComments: "linked",
  metafile: true,
  logLevel: "warning",
});

const entry = Object.entries(result.metafile.outputs).find(([, output]) => output.entryPoint === "src/main.js");
const [script, { cssBundle }] = entry;
const manifest = { script: basename(script), style: basename(cssBundle) };
await writeFile(`${out}manifest.json`, `${JSON.stringify(manifest, null, 2)}\n`);
console.log(`the editor is built: ${(await readdir(out)).length} files in ${out}`);
