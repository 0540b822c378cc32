// Sources into ../static/built: hashed names, shared chunks, and a manifest that says what is called how.
//
//   node build.mjs           for service      node build.mjs --watch   while one writes
//   node build.mjs --test    bundles tests/web/browser and runs them with node's own runner

import { spawnSync } from "node:child_process";
import { createHash } from "node:crypto";
import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { basename, dirname, join, resolve } from "node:path";
import { fileURLToPath } from "node:url";
import * as esbuild from "esbuild";

const here = dirname(fileURLToPath(import.meta.url));
const built = resolve(here, "../static/built");
const tests = resolve(here, "../../../tests/web/browser");

const entries = readdirSync(join(here, "entries"));
// The sound thread loads its own files, each alone: an AudioWorklet shares no chunks with the page.
const worklets = readdirSync(join(here, "phone")).filter((name) => name.endsWith(".worklet.ts")).map((name) => join("phone", name));

// Our own pictures get names with a digest, too: browsers keep what is static for a year.
const pictures = ["icons.svg", "mark.svg"];

const shared = {
  absWorkingDir: here,
  bundle: true,
  charset: "utf8",
  format: "esm",
  legalComments: "none", // licences.txt has them whole
  logLevel: "warning",
  metafile: true,
  minify: true,
  outdir: built,
  target: ["es2022", "chrome123", "firefox128", "safari17.5"],
};

async function build({ minify = true } = {}) {
  mkdirSync(built, { recursive: true });
  const sound = await esbuild.build({ ...shared, minify, entryNames: "[name].[hash]", entryPoints: worklets });
  const names = Object.fromEntries(outputs(sound).map(([file, info]) => [stem(info.entryPoint), basename(file)]));
  const pages = await esbuild.build({
    ...shared,
    minify,
    splitting: true,
    sourcemap: "linked",
    entryNames: "[name].[hash]",
    chunkNames: "chunk.[hash]",
    entryPoints: entries.map((name) => join("entries", name)),
    define: {
      CAPTURE_FILE: JSON.stringify(names["capture.worklet"] ?? ""),
      PLAYBACK_FILE: JSON.stringify(names["playback.worklet"] ?? ""),
    },
  });
  const drawn = Object.fromEntries(pictures.map((name) => [name, picture(name)]));
  const manifest = { ...listed([...outputs(sound), ...outputs(pages)], pages.metafile.outputs), ...drawn };
  const before = readdirSync(built);
  // Written last and at once: whoever reads it finds every file it names.
  const draft = join(built, `.manifest.${process.pid}`);
  writeFileSync(draft, `${JSON.stringify(manifest, null, 1)}\n`);
  renameSync(draft, join(built, "manifest.json"));
  const written = [sound, pages].flatMap((one) => Object.keys(one.metafile.outputs).map((file) => basename(file)));
  writeFileSync(join(built, "licences.txt"), licences(pages.metafile.inputs));
  const kept = new Set([...written, "licences.txt", ...Object.values(drawn).map(({ file }) => file)]);
  for (const file of before) if (!kept.has(file) && file !== "manifest.json") rmSync(join(built, file));
  return manifest;
}

const outputs = (result) =>
  Object.entries(result.metafile.outputs).filter(([, info]) => info.entryPoint && !info.entryPoint.endsWith(".json"));
const stem = (path) => basename(path).replace(/\.ts$/, "");

function listed(files, all) {
  const rows = files.map(([file, info]) => [
    basename(info.entryPoint).replace(/\.ts$/, ".js"),
    { file: basename(file), bytes: info.bytes, imports: [...needed(file, all)].map((each) => basename(each)) },
  ]);
  return Object.fromEntries(rows.sort(([a], [b]) => (a < b ? -1 : 1)));
}

function picture(name) {
  const content = readFileSync(join(built, "..", name));
  const digest = createHash("sha256").update(content).digest("hex").slice(0, 8).toUpperCase();
  const file = name.replace(".", `.${digest}.`);
  writeFileSync(join(built, file), content);
  return { file, bytes: content.length, imports: [] };
}

/** The licences of what is bundled, which go where it goes. */
function licences(inputs) {
  const names = Object.keys(inputs).map((file) => /^node_modules\/((?:@[^/]+\/)?[^/]+)/.exec(file)?.[1]);
  return [...new Set(names.filter(Boolean))].sort().map((name) => {
    const folder = join(here, "node_modules", name);
    const file = readdirSync(folder).find((each) => /^licen[cs]e/i.test(each));
    const { version, license } = JSON.parse(readFileSync(join(folder, "package.json"), "utf8"));
    return `${name} ${version} (${license})\n\n${file ? readFileSync(join(folder, file), "utf8").trim() : ""}\n`;
  }).join(`\n${"-".repeat(80)}\n\n`);
}

/** What a file imports, and what that imports: all that a page may fetch at once. */
function needed(file, all, found = new Set()) {
  for (const { kind, path } of all[file]?.imports ?? [])
    if (kind === "import-statement" && !found.has(path)) needed(path, all, found.add(path));
  return found;
}

async function test() {
  const outdir = mkdtempSync(join(tmpdir(), "ivory-browser-"));
  const files = readdirSync(tests).filter((name) => name.endsWith(".test.ts"));
  try {
    await esbuild.build({
      ...shared,
      minify: false,
      metafile: false,
      outdir,
      outExtension: { ".js": ".mjs" },
      platform: "node",
      target: "node20",
      sourcemap: "inline",
      nodePaths: [join(here, "node_modules")],
      define: { SOURCES: JSON.stringify(here) },
      entryPoints: files.map((name) => join(tests, name)),
    });
    const built = files.map((name) => join(outdir, name.replace(/\.ts$/, ".mjs")));
    return spawnSync(process.execPath, ["--enable-source-maps", "--test", ...built], { stdio: "inherit" }).status ?? 1;
  } finally {
    rmSync(outdir, { recursive: true, force: true });
  }
}

async function watch() {
  const { watch: watching } = await import("node:fs");
  let again = 0;
  const run = () => build({ minify: false }).then(() => console.log(new Date().toLocaleTimeString(), "built"), () => {});
  await run();
  watching(here, { recursive: true }, (_kind, file) => {
    if (!file || file.startsWith("node_modules")) return;
    clearTimeout(again);
    again = setTimeout(run, 80);
  });
}

if (!existsSync(join(here, "node_modules"))) {
  console.error("the libraries are missing: run npm ci in ivr/web/browser, or make setup");
  process.exit(1);
}
if (process.argv.includes("--test")) process.exit(await test());
else if (process.argv.includes("--watch")) await watch();
else {
  const manifest = await build().catch(() => process.exit(1));
  for (const [name, { bytes }] of Object.entries(manifest)) console.log(`${name.padEnd(22)} ${(bytes / 1024).toFixed(1)} KB`);
}
