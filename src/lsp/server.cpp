#include "lsp/server.h"

#include <algorithm>
#include <chrono>
#include <functional>
#include <map>
#include <optional>
#include <ostream>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "base/support/version.h"
#include "lsp/analysis.h"
#include "lsp/documents.h"
#include "lsp/features.h"
#include "lsp/inbox.h"

namespace writ::lsp {
namespace {

/// How long nothing must be typed before findings are looked for.
constexpr std::chrono::milliseconds kQuiet{150};

// Error codes of JSON-RPC and of the protocol.
constexpr int kParseError = -32700;
constexpr int kInvalidRequest = -32600;
constexpr int kMethodNotFound = -32601;
constexpr int kInvalidParams = -32602;
constexpr int kNotInitialized = -32002;
constexpr int kRequestCancelled = -32800;

/// The command of a lens: shows what the sentence lowers to.
constexpr const char* kLowered = "writ.lowered";

struct Failure {
  int code = 0;
  std::string message;
};

/// An answer, or why there is none.
struct Reply {
  Json result;
  std::optional<Failure> failure = std::nullopt;
};

class Server {
 public:
  explicit Server(host::Environment& environment)
      : environment_(environment),
        options_{.as_of = environment.today,
                 .catalog_file = environment.settings.catalog_file,
                 .allow_unknown = environment.settings.allow_unknown} {}

  host::ExitStatus Run() {
    Inbox inbox(environment_.in);
    while (true) {
      std::optional<Frame> frame;
      if (awaits_publishing_) {
        frame = inbox.Next(kQuiet);
        if (!frame) {
          Publish();
          continue;
        }
      } else {
        frame = inbox.Next();
      }
      if (frame->kind != Frame::Kind::kMessage) {
        if (frame->kind == Frame::Kind::kBroken)
          environment_.err << "writ: " << frame->text << '\n';
        return host::ExitStatus::kNo;
      }
      const Json message = Json::parse(frame->text, nullptr, /*allow_exceptions=*/false);
      if (Text(message, "method") == "exit") {
        return is_shut_down_ ? host::ExitStatus::kGood : host::ExitStatus::kNo;
      }
      Take(message, inbox);
    }
  }

 private:
  // ---- messages

  void Send(Json message) {
    message["jsonrpc"] = "2.0";
    WriteMessage(message, environment_.out);
  }
  void Fail(const Json& id, int code, const std::string& text) {
    Send({{"id", id}, {"error", {{"code", code}, {"message", text}}}});
  }

  void Take(const Json& message, Inbox& inbox) {
    if (message.is_discarded()) return Fail(Json(), kParseError, "this is not JSON");
    const Json& id = Member(message, "id");
    const std::string method = Text(message, "method");
    if (method.empty()) {
      const bool is_response = message.is_object() && message.contains("id") &&
                               (message.contains("result") || message.contains("error"));
      if (!is_response) Fail(id, kInvalidRequest, "a message without a method");
      return;
    }
    const Json& params = Member(message, "params");
    if (!message.contains("id")) return Notice(method, params);
    if (inbox.TakeCancelled(id)) return Fail(id, kRequestCancelled, "taken back");
    Reply reply = Answer(method, params);
    if (reply.failure) return Fail(id, reply.failure->code, reply.failure->message);
    Send({{"id", id}, {"result", std::move(reply.result)}});
  }

  Reply Answer(const std::string& method, const Json& params) {
    if (method == "initialize") {
      if (is_initialized_) return {{}, Failure{kInvalidRequest, "initialized already"}};
      return {Initialize(params)};
    }
    if (!is_initialized_) return {{}, Failure{kNotInitialized, "not initialized yet"}};
    if (is_shut_down_) return {{}, Failure{kInvalidRequest, "shut down already"}};
    if (method == "shutdown") {
      is_shut_down_ = true;
      return {};
    }
    const auto found = Requests().find(method);
    if (found == Requests().end()) {
      return {{}, Failure{kMethodNotFound, "there is no method " + method}};
    }
    return found->second(*this, params);
  }

  void Notice(const std::string& method, const Json& params) {
    if (!is_initialized_ || is_shut_down_) return;
    const Json& document = Member(params, "textDocument");
    const std::string uri = Text(document, "uri");
    if (method == "textDocument/didOpen") {
      documents_.Open(uri, Text(document, "text"));
      Changed(/*decides=*/true);
    } else if (method == "textDocument/didChange") {
      if (documents_.Change(uri, Member(params, "contentChanges"), encoding_)) {
        Changed(/*decides=*/false);
      }
    } else if (method == "textDocument/didSave") {
      Changed(/*decides=*/true);
    } else if (method == "textDocument/didClose") {
      documents_.Close(uri);
      Changed(/*decides=*/false);
    } else if (method == "workspace/didChangeWatchedFiles") {
      Changed(/*decides=*/true);
    } else if (method == "workspace/didChangeWorkspaceFolders") {
      const Json& event = Member(params, "event");
      for (const Json& folder : Member(event, "removed")) {
        std::erase(workspace_, PathOf(Text(folder, "uri")));
      }
      for (const Json& folder : Member(event, "added")) AddFolder(Text(folder, "uri"));
      Changed(/*decides=*/true);
    }
  }

  Json Initialize(const Json& params) {
    is_initialized_ = true;
    const Json& general = Member(Member(params, "capabilities"), "general");
    for (const Json& offered : Member(general, "positionEncodings")) {
      if (offered == "utf-8") encoding_ = Encoding::kUtf8;
    }
    const Json& folders = Member(params, "workspaceFolders");
    for (const Json& folder : folders) AddFolder(Text(folder, "uri"));
    if (folders.empty()) AddFolder(Text(params, "rootUri"));
    Json capabilities = {
        {"positionEncoding", encoding_ == Encoding::kUtf8 ? "utf-8" : "utf-16"},
        {"textDocumentSync",
         {{"openClose", true}, {"change", 2}, {"save", {{"includeText", false}}}}},
        {"hoverProvider", true},
        {"definitionProvider", true},
        {"referencesProvider", true},
        {"documentHighlightProvider", true},
        {"documentSymbolProvider", true},
        {"documentFormattingProvider", true},
        {"foldingRangeProvider", true},
        {"selectionRangeProvider", true},
        {"workspaceSymbolProvider", true},
        {"inlayHintProvider", true},
        {"codeLensProvider", {{"resolveProvider", true}}},
        {"executeCommandProvider", {{"commands", {kLowered}}}},
        {"renameProvider", {{"prepareProvider", true}}},
        {"codeActionProvider", {{"codeActionKinds", {"quickfix"}}}},
        {"completionProvider", {{"triggerCharacters", {" ", ":"}}}},
        {"semanticTokensProvider", {{"legend", TokenLegend()}, {"full", true}}},
        {"workspace", {{"workspaceFolders", {{"supported", true}, {"changeNotifications", true}}}}},
    };
    return {{"capabilities", std::move(capabilities)},
            {"serverInfo", {{"name", "writ"}, {"version", std::string(support::Version())}}}};
  }

  void AddFolder(const std::string& uri) {
    std::string path = PathOf(uri);
    while (path.size() > 1 && path.ends_with('/')) path.pop_back();
    if (!path.empty()) workspace_.push_back(std::move(path));
  }

  // ---- programs

  void Changed(bool decides) {
    is_stale_ = true;
    decides_ = decides_ || decides;
    awaits_publishing_ = true;
  }

  /// The programs of all open documents, as the texts stand now.
  std::map<std::string, Analysis>& Programs() {
    if (!is_stale_) return programs_;
    is_stale_ = false;
    programs_.clear();
    const host::OverlayFileSystem files(documents_.texts(), environment_.files);
    std::set<std::string> roots;
    for (const auto& [path, text] : documents_.texts()) {
      roots.insert(ProgramOf(path, workspace_, files));
    }
    for (const std::string& root : roots) {
      programs_.emplace(root,
                        Analyze(root, documents_.texts(), environment_.files, options_, decides_));
    }
    decides_ = false;
    return programs_;
  }

  struct Found {
    const Analysis* analysis = nullptr;
    source::FileId file;
  };
  std::optional<Found> Find(const Json& params) {
    const std::string path = PathOf(Text(Member(params, "textDocument"), "uri"));
    for (const auto& [root, analysis] : Programs()) {
      if (const auto file = analysis.FileAt(path)) return Found{&analysis, *file};
    }
    return std::nullopt;
  }

  /// The findings of all programs, and none where there were some.
  void Publish() {
    awaits_publishing_ = false;
    std::map<std::string, Json> findings;
    for (const auto& [root, analysis] : Programs()) {
      for (std::uint32_t i = 0; i < analysis.sources().file_count(); ++i) {
        const std::string& path = analysis.sources().path(source::FileId{i});
        if (!path.starts_with('/') && !documents_.IsOpen(path)) continue;  // of the library
        findings[UriOf(path)] = DiagnosticsOf(analysis, source::FileId{i}, encoding_);
      }
    }
    for (const std::string& uri : published_) findings.try_emplace(uri, Json::array());
    published_.clear();
    for (const auto& [uri, diagnostics] : findings) {
      if (!diagnostics.empty()) published_.insert(uri);
      Send({{"method", "textDocument/publishDiagnostics"},
            {"params", {{"uri", uri}, {"diagnostics", diagnostics}}}});
    }
  }

  // ---- requests

  using Handler = std::function<Reply(Server&, const Json&)>;

  /// A request about a file.
  template <class Function>
  static Handler OfFile(Function function) {
    return [function](Server& server, const Json& params) -> Reply {
      const auto found = server.Find(params);
      if (!found) return {};
      return {function(*found->analysis, found->file, server.encoding_)};
    };
  }
  /// A request about a place in a file.
  template <class Function>
  static Handler OfSpot(Function function) {
    return [function](Server& server, const Json& params) -> Reply {
      const auto found = server.Find(params);
      if (!found) return {};
      return function(server.SpotOf(*found, Member(params, "position")), params);
    };
  }
  Spot SpotOf(const Found& found, const Json& position) const {
    const Places places(found.analysis->sources().text(found.file), encoding_);
    return {*found.analysis, found.file, places.OffsetOf(position), encoding_};
  }

  static Reply Rename(const Spot& spot, const Json& params) {
    const std::string name = Text(params, "newName");
    const std::string why = WhyNotName(spot.analysis, name);
    if (!why.empty()) return {{}, Failure{kInvalidParams, why}};
    Json edit = RenameAt(spot, name);
    if (edit.is_null()) return {{}, Failure{kInvalidParams, "no name of the program is here"}};
    return {std::move(edit)};
  }

  static Reply Actions(Server& server, const Json& params) {
    const auto found = server.Find(params);
    if (!found) return {Json::array()};
    const Places places(found->analysis->sources().text(found->file), server.encoding_);
    const Json& range = Member(params, "range");
    return {ActionsIn(*found->analysis, found->file, places.OffsetOf(Member(range, "start")),
                      places.OffsetOf(Member(range, "end")), server.encoding_)};
  }

  static Reply Selections(Server& server, const Json& params) {
    const auto found = server.Find(params);
    if (!found) return {};
    Json selections = Json::array();
    for (const Json& position : Member(params, "positions")) {
      selections.push_back(SelectionAt(server.SpotOf(*found, position)));
    }
    return {std::move(selections)};
  }

  static Reply Symbols(Server& server, const Json& params) {
    Json symbols = Json::array();
    for (const auto& [root, analysis] : server.Programs()) {
      AddSymbols(analysis, Text(params, "query"), server.encoding_, symbols);
    }
    return {std::move(symbols)};
  }

  static Reply Hints(Server& server, const Json& params) {
    const auto found = server.Find(params);
    if (!found) return {Json::array()};
    const Places places(found->analysis->sources().text(found->file), server.encoding_);
    const Json& range = Member(params, "range");
    return {HintsIn(*found->analysis, found->file, places.OffsetOf(Member(range, "start")),
                    places.OffsetOf(Member(range, "end")), server.encoding_)};
  }

  /// The program and file of {"uri", "begin"}, which lenses carry.
  struct Sentence {
    Analysis* analysis = nullptr;
    source::FileId file;
    std::uint32_t begin = 0;
  };
  std::optional<Sentence> FindSentence(const Json& data) {
    const std::string path = PathOf(Text(data, "uri"));
    for (auto& [root, analysis] : Programs()) {
      if (const auto file = analysis.FileAt(path)) {
        return Sentence{&analysis, *file, Number(data, "begin")};
      }
    }
    return std::nullopt;
  }

  static Reply Resolve(Server& server, const Json& lens) {
    Json resolved = lens;
    if (!lens.is_object()) return {{}, Failure{kInvalidParams, "not a lens"}};
    const Json& data = Member(lens, "data");
    std::string title;
    if (const auto at = server.FindSentence(data)) {
      title = LensTitle(*at->analysis, at->file, at->begin);
    }
    // A lens of an earlier text keeps its place, and says that it is out of date.
    resolved["command"] = {{"title", title.empty() ? std::string("has changed") : title},
                           {"command", title.empty() ? "" : kLowered},
                           {"arguments", Json::array({data})}};
    return {std::move(resolved)};
  }

  static Reply Execute(Server& server, const Json& params) {
    if (Text(params, "command") != kLowered) {
      return {{}, Failure{kInvalidParams, "there is no such command"}};
    }
    const Json& arguments = Member(params, "arguments");
    if (!arguments.is_array() || arguments.size() != 1) {
      return {{}, Failure{kInvalidParams, "the argument is the data of a lens"}};
    }
    const auto at = server.FindSentence(arguments.front());
    if (!at) return {};
    return {Json(LoweredText(*at->analysis, at->file, at->begin))};
  }

  static const std::map<std::string, Handler>& Requests() {
    static const std::map<std::string, Handler> requests = {
        {"textDocument/hover",
         OfSpot([](const Spot& spot, const Json&) -> Reply { return {HoverAt(spot)}; })},
        {"textDocument/definition",
         OfSpot([](const Spot& spot, const Json&) -> Reply { return {DefinitionAt(spot)}; })},
        {"textDocument/references", OfSpot([](const Spot& spot, const Json& params) -> Reply {
           const Json& wanted = Member(Member(params, "context"), "includeDeclaration");
           return {ReferencesAt(spot, wanted.is_boolean() && wanted.get<bool>())};
         })},
        {"textDocument/documentHighlight",
         OfSpot([](const Spot& spot, const Json&) -> Reply { return {HighlightsAt(spot)}; })},
        {"textDocument/completion",
         OfSpot([](const Spot& spot, const Json&) -> Reply { return {CompletionAt(spot)}; })},
        {"textDocument/prepareRename",
         OfSpot([](const Spot& spot, const Json&) -> Reply { return {RenameableAt(spot)}; })},
        {"textDocument/rename", OfSpot(Rename)},
        {"textDocument/codeAction", Actions},
        {"textDocument/documentSymbol", OfFile(SymbolsOf)},
        {"textDocument/foldingRange", OfFile(FoldingOf)},
        {"textDocument/selectionRange", Selections},
        {"workspace/symbol", Symbols},
        {"textDocument/inlayHint", Hints},
        {"textDocument/codeLens", OfFile(LensesOf)},
        {"codeLens/resolve", Resolve},
        {"workspace/executeCommand", Execute},
        {"textDocument/formatting", OfFile(FormattingOf)},
        {"textDocument/semanticTokens/full", OfFile(TokensOf)},
    };
    return requests;
  }

  host::Environment& environment_;
  compiler::Options options_;
  Encoding encoding_ = Encoding::kUtf16;
  bool is_initialized_ = false;
  bool is_shut_down_ = false;
  Documents documents_;
  std::vector<std::string> workspace_;        ///< folders, without a slash at the end
  std::map<std::string, Analysis> programs_;  ///< by root
  bool is_stale_ = false;                     ///< texts have changed since
  bool decides_ = false;                      ///< proofs are due with the next analysis
  bool awaits_publishing_ = false;
  std::set<std::string> published_;  ///< URIs that the client shows findings of
};

}  // namespace

host::ExitStatus Serve(host::Environment& environment) { return Server(environment).Run(); }

}  // namespace writ::lsp
