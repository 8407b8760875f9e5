-- Drives Neovim against `writ lsp`: WRIT_BINARY serves, WRIT_PROGRAM is edited.
-- Leaves with status 1 and says why if an answer is not what it should be.

local function fail(why)
  io.stderr:write("neovim: " .. why .. "\n")
  vim.cmd("cquit 1")
end

local function wait(what, condition)
  if not vim.wait(60000, condition, 20) then fail("no " .. what) end
end

local function main()
  local program = vim.env.WRIT_PROGRAM
  vim.cmd("edit " .. program)
  local buffer = vim.api.nvim_get_current_buf()
  local id = vim.lsp.start_client({
    name = "writ",
    cmd = { vim.env.WRIT_BINARY, "lsp", "--as-of", "2026-11-22" },
    root_dir = vim.fn.fnamemodify(program, ":h"),
  })
  vim.lsp.buf_attach_client(buffer, id)
  local client = function() return vim.lsp.get_client_by_id(id) end
  wait("server", function() return client() ~= nil and client().initialized end)

  -- Line 3 (from 0) says `team froud may …`.
  wait("finding", function() return #vim.diagnostic.get(buffer) == 1 end)
  local finding = vim.diagnostic.get(buffer)[1]
  if finding.lnum ~= 3 or not finding.message:find("froud") then fail("wrong finding") end

  local function ask(method, params)
    local answers = vim.lsp.buf_request_sync(buffer, "textDocument/" .. method, params, 60000)
    if not answers or not answers[id] then fail("no answer to " .. method) end
    return answers[id].result
  end
  local function at(line, character, more)
    local params = {
      textDocument = vim.lsp.util.make_text_document_params(buffer),
      position = { line = line, character = character },
    }
    return vim.tbl_extend("error", params, more or {})
  end

  -- The patch, applied as the editor applies it.
  local range = { start = { line = 3, character = 5 }, ["end"] = { line = 3, character = 10 } }
  local actions = ask("codeAction", {
    textDocument = vim.lsp.util.make_text_document_params(buffer),
    range = range,
    context = { diagnostics = {} },
  })
  if #actions ~= 1 then fail("no patch") end
  vim.lsp.util.apply_workspace_edit(actions[1].edit, client().offset_encoding)
  wait("end of the finding", function() return #vim.diagnostic.get(buffer) == 0 end)

  if not ask("hover", at(3, 7)).contents.value:find("fraud-*", 1, true) then fail("wrong hover") end
  local items = ask("completion", at(3, 22))
  local has_model = false
  for _, item in ipairs(items) do has_model = has_model or item.label == "nova-lite" end
  if not has_model then fail("no model is offered") end

  vim.lsp.util.apply_workspace_edit(ask("rename", at(3, 7, { newName = "watch" })),
    client().offset_encoding)
  local text = table.concat(vim.api.nvim_buf_get_lines(buffer, 0, -1, false), "\n")
  if text:find("team fraud") or not text:find("team watch may") then fail("wrong rename") end

  vim.lsp.buf.formatting_sync({}, 60000)
  local lines = vim.api.nvim_buf_get_lines(buffer, 0, -1, false)
  if lines[2] ~= "  management 111111111111" then fail("wrong layout: " .. lines[2]) end

  client().stop()
  wait("end", function() return client() == nil or client().is_stopped() end)
  vim.cmd("qall!")
end

local ok, why = pcall(main)
if not ok then fail(why) end
