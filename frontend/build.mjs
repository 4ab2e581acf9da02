// Bundles the page's script and style into the Python package, with the licences of what it holds;
// the same sources give the same bytes.
import { build } from "esbuild";
import { readFile, readdir, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

const here = dirname(fileURLToPath(import.meta.url));
const target = process.argv[2] ?? join(here, "..", "src", "lackmus", "workbench", "static");

const { metafile } = await build({
  absWorkingDir: here,
  entryPoints: { workbench: "src/main.jsx" },
  outdir: target,
  bundle: true,
  minify: true,
  charset: "utf8",
  format: "iife",
  target: ["es2022"],
  jsx: "automatic",
  jsxImportSource: "preact",
  legalComments: "eof",
  banner: { js: "/*! The workbench of Lackmus (Apache-2.0). The licences of what is bundled stand in licenses.txt. */" },
  logLevel: "warning",
  metafile: true,
});
await build({
  absWorkingDir: here,
  entryPoints: { workbench: "src/workbench.css" },
  outdir: target,
  bundle: true,
  charset: "utf8",
  logLevel: "warning",
});

const found = new Set();
for (const input of Object.keys(metafile.inputs)) {
  const match = /^node_modules\/((?:@[^/]+\/)?[^/]+)\//.exec(input);
  if (match) found.add(match[1]);
}
const notices = [];
for (const name of [...found].sort()) {
  const folder = join(here, "node_modules", name);
  const about = JSON.parse(await readFile(join(folder, "package.json"), "utf8"));
  const file = (await readdir(folder)).find((entry) => /^licen[cs]e/i.test(entry));
  if (!file) throw new Error(`${name} ships no licence`);
  const text = (await readFile(join(folder, file), "utf8")).trim();
  notices.push(`${name} ${about.version} (${about.license})\n\n${text}\n`);
}
await writeFile(join(target, "licenses.txt"), notices.join(`\n${"-".repeat(80)}\n\n`));
