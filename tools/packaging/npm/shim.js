#!/usr/bin/env node
// Starts the executable of the package for this platform. Nothing is downloaded, and installing
// runs no script.
"use strict";

const { spawnSync } = require("node:child_process");

const PACKAGES = { "linux x64": "@writ/cli-linux-x64" };

function executable() {
  if (process.env.WRIT_BINARY) return process.env.WRIT_BINARY;
  const platform = `${process.platform} ${process.arch}`;
  const name = PACKAGES[platform];
  if (!name) {
    console.error(`writ: there is no executable for ${platform}; build it and set WRIT_BINARY to its path`);
    process.exit(70);
  }
  try {
    return require.resolve(`${name}/bin/writ`);
  } catch {
    console.error(`writ: the package ${name} is not installed; was npm told to leave out optional dependencies?`);
    process.exit(70);
  }
}

const result = spawnSync(executable(), process.argv.slice(2), { stdio: "inherit" });
if (result.error) {
  console.error(`writ: ${result.error.message}`);
  process.exit(70);
}
if (result.signal) process.kill(process.pid, result.signal);
process.exit(result.status === null ? 70 : result.status);
