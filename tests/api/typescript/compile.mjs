// Generates the types of a document and compiles a client with them, as `tsc --strict --noEmit` would:
//     node compile.mjs DOCUMENT TYPES CLIENT
// Faults go to standard output, one a line; their number is the exit code.
import { readFileSync, writeFileSync } from "node:fs";
import openapiTS, { astToString } from "openapi-typescript";
import ts from "typescript";

const [document, types, client] = process.argv.slice(2);
// What has a default may be left out of what is sent: `--default-non-nullable=false`.
const wishes = { defaultNonNullable: false };
writeFileSync(types, astToString(await openapiTS(JSON.parse(readFileSync(document, "utf-8")), wishes)));
const program = ts.createProgram([client], {
  strict: true,
  noEmit: true,
  target: ts.ScriptTarget.ES2022,
  module: ts.ModuleKind.NodeNext,
  moduleResolution: ts.ModuleResolutionKind.NodeNext,
  lib: ["lib.es2022.d.ts", "lib.dom.d.ts", "lib.dom.iterable.d.ts"],
  allowImportingTsExtensions: true,
  types: [],
});
const faults = ts.getPreEmitDiagnostics(program);
for (const fault of faults) {
  const where = fault.file && fault.start !== undefined
    ? `${fault.file.fileName}:${fault.file.getLineAndCharacterOfPosition(fault.start).line + 1}: `
    : "";
  console.log(where + ts.flattenDiagnosticMessageText(fault.messageText, " "));
}
process.exit(Math.min(faults.length, 100));
