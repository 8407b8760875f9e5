#include "program/sema/expand.h"

#include <algorithm>

#include "base/diag/codes/names.h"
#include "program/sema/near.h"
#include "program/sema/settings.h"
#include "program/sema/watches.h"

namespace writ::sema {
namespace {

class Walker {
 public:
  Walker(Context& context, Sentences& sentences) : context_(context), sentences_(sentences) {}

  void Walk(const std::vector<syntax::Item>& items, const Environment* environment) {
    for (const syntax::Item& item : items) {
      item_ = &item;
      std::visit([&](const auto& form) { Visit(form, environment); }, item.form);
      if (stopped_) return;
    }
  }

 private:
  /// Whether one more sentence may be elaborated.
  bool Count(Span span) {
    if (stopped_) return false;
    const std::size_t most = context_.options.max_sentences;
    if (++count_ <= most) return true;
    context_.Report(diag::kTooManySentences, span, most).At("exceeds the limit");
    stopped_ = true;
    return false;
  }

  SentencePlace Place(SentencePlace::Purpose purpose, const Environment* environment) const {
    SentencePlace place;
    place.purpose = purpose;
    place.givens = &givens_;
    place.environment = environment;
    return place;
  }

  void Visit(const syntax::Statement& form, const Environment* environment) {
    if (!Count(form.sentence.span)) return;
    ++context_.model.sentence_count;
    AddSentence(context_, form.sentence, Place(SentencePlace::Purpose::kStatement, environment),
                sentences_);
  }
  void Visit(const syntax::Assertion& form, const Environment* environment) {
    if (Count(form.sentence.span))
      AddSentence(context_, form.sentence, Place(SentencePlace::Purpose::kAssertion, environment),
                  sentences_);
  }
  void Visit(const syntax::TestDecl& form, const Environment* environment) {
    SentencePlace place = Place(SentencePlace::Purpose::kTest, environment);
    place.test = form.title.value;
    for (const syntax::Sentence& line : form.lines)
      if (Count(line.span)) AddSentence(context_, line, place, sentences_);
  }
  void Visit(const syntax::Screening& form, const Environment* environment) {
    if (!Count(item_->span)) return;
    ++context_.model.sentence_count;
    AddScreening(context_, form, item_->span,
                 Place(SentencePlace::Purpose::kStatement, environment), sentences_);
  }
  void Visit(const syntax::Logging& form, const Environment* environment) {
    if (!Count(item_->span)) return;
    ++context_.model.sentence_count;
    AddLogging(context_, form, item_->span, Place(SentencePlace::Purpose::kStatement, environment),
               sentences_);
  }
  void Visit(const syntax::Watch& form, const Environment* environment) {
    if (!Count(item_->span)) return;
    ++context_.model.sentence_count;
    AddWatch(context_, form, item_->span, Place(SentencePlace::Purpose::kStatement, environment),
             sentences_);
  }
  void Visit(const syntax::OptOut& form, const Environment* environment) {
    if (!Count(item_->span)) return;
    ++context_.model.sentence_count;
    AddOptOut(context_, form, item_->span, Place(SentencePlace::Purpose::kStatement, environment),
              sentences_);
  }
  void Visit(const syntax::Retention& form, const Environment* environment) {
    if (!Count(item_->span)) return;
    ++context_.model.sentence_count;
    AddRetention(context_, form, item_->span,
                 Place(SentencePlace::Purpose::kStatement, environment), sentences_);
  }
  void Visit(const syntax::Requirement& form, const Environment* environment) {
    if (!Count(item_->span)) return;
    ++context_.model.sentence_count;
    AddRequirement(context_, form, item_->span,
                   Place(SentencePlace::Purpose::kRequirement, environment), sentences_);
  }
  void Visit(const syntax::Given& form, const Environment* environment) {
    givens_.push_back({&form, environment});
    const bool in_given = std::exchange(in_given_, true);
    Walk(form.items, environment);
    in_given_ = in_given;
    givens_.pop_back();
  }
  void Visit(const syntax::ApplyPolicy& form, const Environment* environment);
  void Visit(const syntax::LetDecl& form, const Environment*) {
    // Inside a policy a `let` is bound when the instance is made.
    if (in_given_) Refuse(form.name.span, "`let`");
  }
  void Visit(const syntax::OrganizationDecl& form, const Environment*) {
    Refuse(form.name.span, "`organization`");
  }
  void Visit(const syntax::TeamDecl& form, const Environment*) { Refuse(form.name.span, "`team`"); }
  void Visit(const syntax::EndpointDecl& form, const Environment*) {
    Refuse(form.name.span, "`endpoint`");
  }
  void Visit(const syntax::GuardrailDecl& form, const Environment*) {
    Refuse(form.name.span, "`guardrail`");
  }
  void Visit(const syntax::UseCaseDecl& form, const Environment*) {
    Refuse(form.name.span, "`use-case`");
  }
  void Visit(const syntax::AttestationDecl& form, const Environment*) {
    Refuse(form.name.span, "`attestation`");
  }
  void Visit(const syntax::EvaluationDecl& form, const Environment*) {
    Refuse(form.name.span, "`evaluation`");
  }
  void Visit(const syntax::GatewayDecl& form, const Environment*) {
    Refuse(form.name.span, "`gateway`");
  }
  void Visit(const syntax::PolicyDecl& form, const Environment*) {
    Refuse(form.name.span, "`policy`");
  }

  void Refuse(Span span, std::string_view what) {
    if (!in_given_ && depth_ == 0) return;
    context_.Report(diag::kDeclarationInside, span, what, in_given_ ? "given" : "policy")
        .At("declare it outside the block");
  }
  const syntax::PolicyDecl* FindPolicy(const syntax::Name& name);
  bool Bind(const syntax::PolicyDecl& policy, const syntax::ApplyPolicy& form,
            const Environment* caller, Environment& instance);
  std::optional<Sort> SortOfParam(const syntax::Param& param);
  void BindLets(const syntax::PolicyDecl& policy, Environment& instance);

  Context& context_;
  Sentences& sentences_;
  std::vector<GivenFrame> givens_;
  std::vector<const syntax::PolicyDecl*> open_;
  const syntax::Item* item_ = nullptr;
  std::size_t count_ = 0;
  std::size_t depth_ = 0;
  bool in_given_ = false;
  bool stopped_ = false;
};

const syntax::PolicyDecl* Walker::FindPolicy(const syntax::Name& name) {
  if (Symbol* policy = context_.symbols.Find(Space::kPolicies, name.text)) {
    context_.MarkUsed(*policy, name.span);
    return context_.symbols.policies[policy->index];
  }
  const Symbol* symbol = context_.symbols.FindAnywhere(name.text);
  auto& found = context_.Report(diag::kUnknownName, name.span, "policy", name.text);
  if (symbol != nullptr) {
    found.At("this is " + std::string(KindWords(symbol->kind)))
        .Also(symbol->name.span, "declared here");
  } else {
    found.At("not declared");
    SuggestName(found, name.span, name.text, context_.symbols.Names({Symbol::Kind::kPolicy}),
                "policies");
  }
  return nullptr;
}

std::optional<Sort> Walker::SortOfParam(const syntax::Param& param) {
  if (const auto sort = SortNamed(param.sort.text)) return sort;
  std::vector<std::string> names;
  for (std::size_t i = 0; i <= static_cast<std::size_t>(Sort::kKinds); ++i)
    names.emplace_back(SortName(static_cast<Sort>(i)));
  auto& found = context_.Report(diag::kUnknownName, param.sort.span, "sort", param.sort.text);
  found.At("not a sort");
  const std::string nearest = NearestName(param.sort.text, names);
  if (!nearest.empty())
    found.Patch("did you mean `" + nearest + "`?", param.sort.span, nearest);
  else
    found.Note("sorts: " + OrList(names, "and"));
  return std::nullopt;
}

bool Walker::Bind(const syntax::PolicyDecl& policy, const syntax::ApplyPolicy& form,
                  const Environment* caller, Environment& instance) {
  bool good = true;
  for (const syntax::Arg& arg : form.args) {
    const auto param =
        std::find_if(policy.params.begin(), policy.params.end(),
                     [&](const syntax::Param& each) { return each.name.text == arg.name.text; });
    if (param == policy.params.end()) {
      std::vector<std::string> names;
      for (const syntax::Param& each : policy.params) names.emplace_back(each.name.text);
      auto& found = context_.Report(diag::kUnknownName, arg.name.span, "parameter", arg.name.text);
      found.At("not a parameter of `" + std::string(policy.name.text) + "`")
          .Also(policy.name.span, "declared here");
      SuggestName(found, arg.name.span, arg.name.text, names, "parameters");
      good = false;
      continue;
    }
    const auto sort = SortOfParam(*param);
    if (!sort) {
      good = false;
      continue;
    }
    const Environment::Binding binding{param->name.span, *sort, &arg.value, caller};
    if (!instance.bindings.emplace(param->name.text, binding).second) {
      context_.Report(diag::kArgumentTwice, arg.name.span, arg.name.text).At("given again");
      good = false;
      continue;
    }
    good = CheckSort(context_, arg.value, Only({*sort}), caller) && good;
  }
  for (const syntax::Param& param : policy.params) {
    if (instance.bindings.count(param.name.text) > 0) continue;
    const bool misnamed = form.args.size() >= policy.params.size() && !good;
    if (!misnamed)
      context_.Report(diag::kArgumentMissing, form.policy.span, policy.name.text, param.name.text)
          .At("`" + std::string(param.name.text) + " = …` is missing")
          .Also(param.name.span, "the parameter");
    good = false;
  }
  return good;
}

void Walker::BindLets(const syntax::PolicyDecl& policy, Environment& instance) {
  for (const syntax::Item& item : policy.items) {
    const auto* let = std::get_if<syntax::LetDecl>(&item.form);
    if (let == nullptr) continue;
    const Symbol* global = context_.symbols.Find(Space::kSets, let->name.text);
    const Environment::Binding binding{let->name.span, std::nullopt, &let->value, &instance};
    const auto [at, fresh] = instance.bindings.emplace(let->name.text, binding);
    if (fresh && global == nullptr) continue;
    context_.Report(diag::kNameTaken, let->name.span, let->name.text)
        .At("declared again")
        .Also(fresh ? global->name.span : at->second.name, "first declared here");
  }
}

void Walker::Visit(const syntax::ApplyPolicy& form, const Environment* environment) {
  const syntax::PolicyDecl* policy = FindPolicy(form.policy);
  if (policy == nullptr) return;
  const bool open = std::find(open_.begin(), open_.end(), policy) != open_.end();
  if (open || depth_ >= kMaxApplyDepth) {
    context_.Report(diag::kRecursivePolicy, form.policy.span, policy->name.text)
        .At(open ? "applies itself" : "deeper than 50 policies")
        .Also(policy->name.span, "declared here");
    return;
  }
  context_.environments.emplace_back();
  Environment& instance = context_.environments.back();
  if (!Bind(*policy, form, environment, instance)) return;
  BindLets(*policy, instance);
  context_.reporter.Enter(form.policy.span);
  open_.push_back(policy);
  ++depth_;
  const bool in_given = std::exchange(in_given_, false);
  const syntax::Item* item = item_;
  Walk(policy->items, &instance);
  item_ = item;
  in_given_ = in_given;
  --depth_;
  open_.pop_back();
  context_.reporter.Leave();
}

}  // namespace

void ElaborateAll(Context& context, Sentences& sentences) {
  Walker walker(context, sentences);
  for (const syntax::File& file : context.program.files) walker.Walk(file.items, nullptr);
}

}  // namespace writ::sema
