// Lints the workflows that are named, each as its own file, and prints what is found as JSON.
import { readFileSync } from "node:fs";
import { argv } from "node:process";
import { pathToFileURL } from "node:url";

const [, , place, ...paths] = argv;
const { createLinter } = await import(pathToFileURL(`${place}/node.mjs`));
const lint = await createLinter();
console.log(JSON.stringify(paths.flatMap((path) => lint(readFileSync(path, "utf8"), path))));
