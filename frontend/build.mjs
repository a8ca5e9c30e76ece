// Bundle the editor and the islands of the pages into the folder that the service serves, and say in a manifest which
// files each of them loads.

import { createHash } from "node:crypto";
import { readdir, rm, writeFile } from "node:fs/promises";
import { basename } from "node:path";
import { fileURLToPath } from "node:url";
import { build } from "esbuild";
import { worldPicture } from "./world.mjs";

const here = fileURLToPath(new URL(".", import.meta.url));
const out = fileURLToPath(new URL("../src/heritage_graph/web/static/built/", import.meta.url));
const islands = (await readdir(`${here}src/islands`)).filter((name) => name.endsWith(".js"));
const entryPoints = {
  editor: "src/editor/main.js",
  ...Object.fromEntries(islands.map((name) => [basename(name, ".js"), `src/islands/${name}`])),
};

await rm(out, { recursive: true, force: true });
const result = await build({
  absWorkingDir: here,
  entryPoints,
  outdir: out,
  bundle: true,
  minify: true,
  format: "esm",
  splitting: true, // what several need stands in one file, and what is asked for later comes later
  target: ["es2022"],
  entryNames: "[name]-[hash]",
  chunkNames: "[name]-[hash]",
  assetNames: "[name]-[hash]",
  publicPath: "/static/built/",
  loader: { ".png": "dataurl", ".gif": "dataurl", ".svg": "dataurl", ".json": "file" },
  legalComments: "linked",
  metafile: true,
  logLevel: "warning",
});

const names = Object.fromEntries(Object.entries(entryPoints).map(([name, source]) => [source, name]));
const manifest = {};
for (const [script, { entryPoint, cssBundle }] of Object.entries(result.metafile.outputs)) {
  if (entryPoint in names) {
    manifest[names[entryPoint]] = { script: basename(script), ...(cssBundle && { style: basename(cssBundle) }) };
  }
}
const world = await worldPicture();
const picture = `world-${createHash("sha256").update(world).digest("hex").slice(0, 8).toUpperCase()}.svg`;
await writeFile(`${out}${picture}`, world);
manifest.world = { picture };
await writeFile(`${out}manifest.json`, `${JSON.stringify(manifest, null, 2)}\n`);
console.log(`the editor and ${islands.length} islands are built: ${(await readdir(out)).length} files in ${out}`);
