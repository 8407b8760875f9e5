#include "commands/watch.h"

#include <algorithm>
#include <map>
#include <set>
#include <string_view>
#include <utility>

#include <fmt/format.h>

#include "commands/finish.h"
#include "compiler/request_documents.h"
#include "compiler/stages.h"
#include "facts/library/library.h"

namespace writ::commands {
namespace {

/// What the meaning of a sentence says that could be watched of it.
enum class About { kNothing, kUse, kChanges, kOther };

bool Administers(const intent::Operation& operation) {
  const library::Verb* verb = library::Library::BuiltIn().Find(operation.verb, "Kinds");
  return operation.sort == intent::Sort::kKinds && verb != nullptr &&
         verb->verb_class == library::VerbClass::kAdmin;
}

bool Uses(const intent::Operation& operation) {
  const library::Verb* verb = library::Library::BuiltIn().Find(operation.verb, "Models");
  return operation.sort == intent::Sort::kModels && verb != nullptr &&
         verb->verb_class == library::VerbClass::kRuntime;
}

bool Weakens(const intent::Operation& operation, const catalog::Catalog& catalog) {
  return std::ranges::any_of(operation.kinds, [&](const std::string& kind) {
    return std::ranges::any_of(
        catalog.ActionsOfKind(kind, catalog::PlaneClass::kAdmin),
        [](const catalog::BedrockAction* action) { return action->weakens_controls; });
  });
}

/// By the place of the sentence.
std::map<std::string, About> Subjects(const intent::Model& model, const catalog::Catalog& catalog) {
  std::map<std::string, About> about;
  for (const intent::Prohibition& one : model.prohibitions) {
    const bool is_verb = one.operation.kind == intent::Operation::Kind::kVerb;
    About& found = about[one.origin.place];
    found = About::kOther;
    if (is_verb && Uses(one.operation) && !one.unless) {
      found = About::kUse;
    } else if (is_verb && Administers(one.operation)) {
      found = About::kChanges;
    }
  }
  for (const intent::Permission& one : model.permissions) {
    if (one.operation.kind != intent::Operation::Kind::kVerb) continue;
    if (!Administers(one.operation) || !Weakens(one.operation, catalog)) continue;
    about.emplace(one.origin.place, About::kChanges);
  }
  return about;
}

class Suggester {
 public:
  Suggester(const source::SourceMap& sources, const std::map<std::string, About>& about,
            std::string target)
      : sources_(sources), about_(about), target_(std::move(target)) {}

  std::vector<std::string> Suggest(const std::vector<syntax::File>& files, bool forbids) {
    for (const syntax::File& file : files) Walk(file.items);
    if (forbids) Add("refusals", "");
    return std::move(lines_);
  }

 private:
  [[nodiscard]] std::string Text(source::Span span) const {
    return source::OneLine(sources_.text(span));
  }

  /// Sentences of a `policy` have no fixed words.
  void Walk(const std::vector<syntax::Item>& items) {
    for (const syntax::Item& item : items) {
      if (const auto* given = std::get_if<syntax::Given>(&item.form)) {
        const std::size_t before = givens_.size();
        givens_ += Places(given->qualifiers);
        Walk(given->items);
        givens_.resize(before);
      }
      if (const auto* statement = std::get_if<syntax::Statement>(&item.form)) {
        Sentence(statement->sentence);
      }
    }
  }

  void Sentence(const syntax::Sentence& sentence) {
    const auto found = about_.find(sources_.DescribeRelative(sentence.span));
    if (found == about_.end()) return;
    if (!sentence.action.object || found->second == About::kOther) return;
    std::string places = givens_;
    if (sentence.subject.in) places += " in " + Text(sentence.subject.in->span);
    places += Places(sentence.qualifiers);
    const std::string object = Text(sentence.action.object->span);
    Add((found->second == About::kUse ? "use of " : "changes to ") + object, places);
  }

  [[nodiscard]] std::string Places(const std::vector<syntax::Qualifier>& qualifiers) const {
    std::string text;
    for (const syntax::Qualifier& qualifier : qualifiers) {
      if (!std::holds_alternative<syntax::InQualifier>(qualifier.form)) continue;
      text += " " + Text(qualifier.span);
    }
    return text;
  }

  void Add(std::string_view what, std::string_view places) {
    std::string line = fmt::format("watch {} to \"{}\"{}", what, target_, places);
    if (seen_.insert(line).second) lines_.push_back(std::move(line));
  }

  const source::SourceMap& sources_;
  const std::map<std::string, About>& about_;
  std::string target_;
  std::string givens_;
  std::vector<std::string> lines_;
  std::set<std::string> seen_;
};

std::string Joined(const std::vector<std::string>& lines) {
  std::string text;
  for (const std::string& line : lines) text += line + "\n";
  return text;
}

/// Drops lines of which the program, with them in it, reports an error.
void DropWrong(std::vector<std::string>& lines, const WatchOptions& options,
               host::Environment& environment) {
  compiler::Compilation compilation(environment, compiler::Purpose::kReview);
  const std::string text = Joined(lines);
  const auto bound = compiler::Compile<compiler::Bound>(
      {options.paths, {}, compiler::LockUse::kCompare, text}, compilation);
  if (!bound.stop) {
    static_cast<void>(compiler::RequestDocuments(bound.model, bound.bindings, false, compilation));
  }
  std::set<std::size_t> wrong;
  for (const diag::Diagnostic& finding : compilation.findings.all()) {
    if (finding.severity != diag::Severity::kError || !finding.span.valid()) continue;
    if (compilation.sources.text(finding.span.file) != text) continue;
    wrong.insert(compilation.sources.Locate(finding.span.file, finding.span.begin).line - 1);
  }
  std::vector<std::string> right;
  for (std::size_t i = 0; i < lines.size(); ++i) {
    if (!wrong.contains(i)) right.push_back(lines[i]);
  }
  lines = std::move(right);
}

}  // namespace

host::ExitStatus RunWatch(const WatchOptions& options, host::Environment& environment) {
  compiler::Compilation compilation(environment, compiler::Purpose::kReview);
  const auto checked = compiler::Compile<compiler::Checked>({options.paths}, compilation);
  if (checked.stop) return Finish(compilation, environment, StatusOf(checked.stop));
  std::string target = options.target;
  if (target.empty()) {
    target = fmt::format("arn:{}:sns:{{region}}:{{account}}:ai-alerts",
                         checked.model.organization.partition);
  }
  const std::map<std::string, About> about = Subjects(checked.model, compilation.catalog());
  std::vector<std::string> lines =
      Suggester(compilation.sources, about, std::move(target))
          .Suggest(checked.program.files, !checked.model.prohibitions.empty());
  // One line may be wrong beside another only: what is left is asked again.
  DropWrong(lines, options, environment);
  DropWrong(lines, options, environment);
  environment.out << Joined(lines);
  return FinishAnswer(compilation, environment, host::ExitStatus::kGood);
}

}  // namespace writ::commands
