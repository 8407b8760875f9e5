// Starts `writ lsp` for the editor, and offers the commands that print to a terminal. All that is
// said about a program is said by the server.
import * as vscode from "vscode";
import { LanguageClient, LanguageClientOptions, ServerOptions } from "vscode-languageclient/node";

let client: LanguageClient | undefined;

function executable(): string {
  return vscode.workspace.getConfiguration("writ").get<string>("path") || "writ";
}

function catalog(): string[] {
  const file = vscode.workspace.getConfiguration("writ").get<string>("catalog");
  return file ? ["--catalog", file] : [];
}

async function start(): Promise<void> {
  const server: ServerOptions = { command: executable(), args: ["lsp", ...catalog()] };
  const options: LanguageClientOptions = {
    documentSelector: [{ language: "writ" }],
    middleware: {
      // The lens of a sentence: the server answers with the statements, which are shown beside it.
      executeCommand: async (name, args, next) => {
        const text: unknown = await next(name, args);
        if (name === "writ.lowered" && typeof text === "string") {
          const shown = await vscode.workspace.openTextDocument({ language: "jsonc", content: text });
          await vscode.window.showTextDocument(shown, { viewColumn: vscode.ViewColumn.Beside, preserveFocus: true });
        }
        return text;
      },
    },
    synchronize: {
      fileEvents: ["**/*.writ", "**/writ.bindings.json", "**/writ.lock"].map((pattern) =>
        vscode.workspace.createFileSystemWatcher(pattern),
      ),
    },
  };
  client = new LanguageClient("writ", "Writ", server, options);
  try {
    await client.start();
  } catch {
    client = undefined;
    const choice = await vscode.window.showErrorMessage(
      `\`${executable()} lsp\` does not start. Is writ installed?`,
      "Set Path",
    );
    if (choice) await vscode.commands.executeCommand("workbench.action.openSettings", "writ.path");
  }
}

async function stop(): Promise<void> {
  const running = client;
  client = undefined;
  if (running) await running.stop();
}

/** The folder of the file that is open, relative to its workspace; "." where none is open. */
function program(): { folder: string; cwd: string | undefined } {
  const open = vscode.window.activeTextEditor?.document.uri;
  const workspace = (open && vscode.workspace.getWorkspaceFolder(open)) ?? vscode.workspace.workspaceFolders?.[0];
  const isProgram = open && vscode.window.activeTextEditor?.document.languageId === "writ";
  const folder = isProgram ? vscode.workspace.asRelativePath(vscode.Uri.joinPath(open, ".."), false) : ".";
  return { folder, cwd: workspace?.uri.fsPath };
}

/** Runs `writ` as a task: arguments reach it as they are, through no shell. */
async function run(name: string, args: string[]): Promise<void> {
  const { cwd } = program();
  const task = new vscode.Task(
    { type: "writ", task: name },
    vscode.TaskScope.Workspace,
    name,
    "writ",
    new vscode.ProcessExecution(executable(), [...args, ...catalog()], { cwd }),
  );
  task.presentationOptions = { clear: true };
  await vscode.tasks.executeTask(task);
}

async function explain(): Promise<void> {
  const editor = vscode.window.activeTextEditor;
  const here = editor
    ? vscode.languages
        .getDiagnostics(editor.document.uri)
        .filter((found) => found.range.contains(editor.selection.active))
        .map((found) => (typeof found.code === "object" ? String(found.code.value) : String(found.code ?? "")))
    : [];
  const code =
    here[0] || (await vscode.window.showInputBox({ prompt: "Code of the diagnostic", placeHolder: "W4001" }));
  if (code) await run("explain", ["explain", code]);
}

export async function activate(context: vscode.ExtensionContext): Promise<void> {
  const command = (name: string, action: () => Promise<void>) =>
    context.subscriptions.push(vscode.commands.registerCommand(name, action));
  command("writ.restart", async () => {
    await stop();
    await start();
  });
  command("writ.explain", explain);
  command("writ.test", () => run("test", ["test", program().folder]));
  command("writ.build", () => run("build", ["build", program().folder, "-o", "out"]));
  command("writ.diff", () => run("diff", ["diff", `HEAD:${program().folder}`, program().folder]));
  await start();
}

export function deactivate(): Promise<void> {
  return stop();
}
