#include "differential/forms.h"

#include <algorithm>
#include <string_view>
#include <variant>

#include <fmt/format.h>

namespace writ::differential {
namespace {

using syntax::Comparison;
using syntax::Cond;
using syntax::Principal;
using syntax::SetTerm;
using syntax::Subject;

constexpr std::string_view kOperators[] = {
    "present", "=", "!=", "<", "<=", ">", ">=", "like", "includes", "in"};
constexpr std::string_view kPrincipals[] = {"team",    "role",           "user",
                                            "service", "permission-set", "tag"};
constexpr std::string_view kSubjects[] = {"principals", "everyone", "nobody", "only"};
constexpr std::string_view kDuties[] = {"guardrail", "endpoint", "profile", "satisfy"};
constexpr std::string_view kRoutes[] = {"directly", "within", "globally"};
constexpr std::string_view kTerms[] = {"name", "string", "resource", "group"};
constexpr std::string_view kQuantifiers[] = {"", "any ", "latest "};

template <typename Enum>
std::size_t Index(Enum value) {
  return static_cast<std::size_t>(value);
}

bool IsRegion(std::string_view name) {
  const std::size_t digit = name.find_first_of("0123456789");
  return name == "region" || name == "regions" ||
         (digit != std::string_view::npos && digit == name.size() - 1 && digit > 2 &&
          name[digit - 1] == '-');
}

/// The first name of a set, in whatever brackets.
std::string_view FirstName(const syntax::SetExpr& set) {
  const SetTerm& first = set.included.front();
  return first.group ? FirstName(*first.group) : std::string_view(first.name.text);
}

/// Collects the forms of one sentence.
class Reader {
 public:
  explicit Reader(std::string reading) : reading_(std::move(reading)) {}

  void Read(const syntax::Sentence& sentence) {
    const Subject& subject = sentence.subject;
    Add(fmt::format("subject: {}", kSubjects[Index(subject.quantifier)]));
    Principals("subject: ", subject.principals);
    if (subject.in) {
      Add("subject: in");
      Set("in", *subject.in);
    }
    if (!subject.except.empty()) Add("subject: except");
    Principals("except: ", subject.except);
    for (const syntax::Duty& duty : sentence.modality.duties) {
      Add(fmt::format("duty: {}", kDuties[Index(duty.kind)]));
      if (duty.cond) Read(*duty.cond);
    }
    if (sentence.modality.duties.size() > 1) Add("duty: and");
    Read(sentence.action);
    for (const syntax::Qualifier& qualifier : sentence.qualifiers) Read(qualifier);
  }

  void Read(const syntax::Qualifier& qualifier) {
    std::visit([&](const auto& form) { Of(form); }, qualifier.form);
  }

  void Add(const std::string& form) { forms_.insert(reading_ + ", " + form); }
  [[nodiscard]] Forms Take() { return std::move(forms_); }

 private:
  void Principals(const std::string& where, const std::vector<Principal>& principals) {
    for (const Principal& one : principals) {
      Add(where + std::string(kPrincipals[Index(one.kind)]));
    }
    if (principals.size() > 1) Add(where + "several");
  }

  void Set(const std::string& where, const syntax::SetExpr& set) {
    for (const auto* list : {&set.included, &set.excluded}) {
      for (const SetTerm& term : *list) {
        Add(fmt::format("{}: {}{}", where, kQuantifiers[Index(term.quantifier)],
                        kTerms[Index(term.kind)]));
        if (term.from) Add(where + ": from");
        if (term.where) Add(where + ": where");
        if (term.group) Set(where, *term.group);
      }
    }
    if (set.included.size() > 1) Add(where + ": several");
    if (!set.excluded.empty()) Add(where + ": except");
  }

  void Read(const syntax::Action& action) {
    if (action.kind == syntax::Action::Kind::kVerb) {
      Set("object", *action.object);
      return;
    }
    const bool is_anything = action.kind == syntax::Action::Kind::kDoAnything;
    const std::string verb = is_anything ? "do anything" : "do";
    Add(verb);
    if (is_anything && !action.actions.empty()) Add(verb + ": except");
    if (!is_anything && action.actions.size() > 1) Add(verb + ": several");
    if (!action.resources.empty()) Add(verb + ": on");
    if (action.resources.size() > 1) Add(verb + ": on several");
    for (const syntax::ActionName& name : action.actions) {
      if (name.quoted) Add(verb + ": in quotes");
    }
  }

  void Read(const Cond& cond) {
    switch (cond.kind) {
      case Cond::Kind::kAnd:
        Add("condition: and");
        break;
      case Cond::Kind::kOr:
        Add("condition: or");
        break;
      case Cond::Kind::kNot:
        Add("condition: not");
        break;
      case Cond::Kind::kComparison:
        Add(fmt::format("condition: {}", kOperators[Index(cond.comparison->op)]));
        for (const syntax::Value& value : cond.comparison->values) {
          if (std::holds_alternative<syntax::Key>(value.form)) Add("condition: another key");
        }
        break;
    }
    for (const Cond& operand : cond.operands) Read(operand);
  }

  void Of(const syntax::InQualifier& form) {
    const bool is_region = IsRegion(FirstName(form.set));
    Add(is_region ? "in regions" : "in accounts");
    Set(is_region ? "regions" : "in", form.set);
  }
  void Of(const syntax::RoutedQualifier& form) {
    for (const syntax::Route& route : form.routes) {
      Add(fmt::format("routed {}", kRoutes[Index(route.kind)]));
    }
    if (form.routes.size() > 1) Add("routed several");
  }
  void Of(const syntax::ThroughQualifier& form) {
    for (const syntax::Name& plane : form.planes) {
      Add("through " + std::string(plane.text));
    }
  }
  void Of(const syntax::WithGuardrailQualifier& form) {
    Add("with guardrail");
    Set("guardrails", form.guardrails);
  }
  void Of(const syntax::ViaQualifier& form) {
    const bool is_endpoint = form.kind == syntax::ViaQualifier::Kind::kEndpoint;
    Add(is_endpoint ? "via endpoint" : "via profile");
    if (!is_endpoint) Set("profiles", form.set);
  }
  void Of(const syntax::WhenQualifier& form) {
    Add(form.unless ? "unless" : "when");
    Read(form.cond);
  }
  void Of(const syntax::DateQualifier& form) { Add(form.until ? "until" : "from"); }
  void Of(const syntax::UnderQualifier& /*form*/) { Add("under"); }
  void Of(const syntax::AfterQualifier& /*form*/) { Add("after"); }
  void Of(const syntax::ControlQualifier& /*form*/) { Add("control"); }
  void Of(const syntax::WaiveQualifier& /*form*/) { Add("waive"); }
  void Of(const syntax::BecauseQualifier& /*form*/) { Add("because"); }

  std::string reading_;
  Forms forms_;
};

/// Whether the sentence forbids, however it is put.
std::string ReadingOf(const syntax::Sentence& sentence) {
  using Kind = syntax::Modality::Kind;
  const auto quantifier = sentence.subject.quantifier;
  const bool denies =
      quantifier == Subject::Quantifier::kNobody || quantifier == Subject::Quantifier::kOnly;
  return sentence.modality.kind == Kind::kMay && !denies ? "permission" : "prohibition";
}

/// Goes through the items, into `given` and `policy`.
class Walker {
 public:
  Walker(const source::SourceMap& sources, std::map<std::string, Forms>& forms)
      : sources_(sources), forms_(forms) {}

  void Walk(const std::vector<syntax::Item>& items) {
    for (const syntax::Item& item : items) {
      if (const auto* given = std::get_if<syntax::Given>(&item.form)) {
        givens_.push_back(given);
        Walk(given->items);
        givens_.pop_back();
      } else if (const auto* policy = std::get_if<syntax::PolicyDecl>(&item.form)) {
        const bool was = in_policy_;
        in_policy_ = true;
        Walk(policy->items);
        in_policy_ = was;
      } else if (const auto* statement = std::get_if<syntax::Statement>(&item.form)) {
        Statement(statement->sentence);
      }
    }
  }

 private:
  void Statement(const syntax::Sentence& sentence) {
    Reader reader(ReadingOf(sentence));
    reader.Read(sentence);
    for (const syntax::Given* given : givens_) {
      reader.Add("given");
      for (const syntax::Qualifier& qualifier : given->qualifiers) reader.Read(qualifier);
    }
    if (in_policy_) reader.Add("apply");
    forms_[sources_.DescribeRelative(sentence.span)].merge(reader.Take());
  }

  const source::SourceMap& sources_;
  std::map<std::string, Forms>& forms_;
  std::vector<const syntax::Given*> givens_;
  bool in_policy_ = false;
};

void AddOperation(const std::string& reading, const intent::Operation& operation, Forms& forms) {
  if (operation.kind != intent::Operation::Kind::kVerb) return;
  forms.insert(fmt::format("{}, {} {}", reading, operation.verb, intent::Name(operation.sort)));
  for (const std::string& kind : operation.kinds) {
    forms.insert(fmt::format("{}, {} {}", reading, operation.verb, kind));
  }
}

}  // namespace

std::map<std::string, Forms> FormsOf(const std::vector<syntax::File>& files,
                                     const source::SourceMap& sources, const intent::Model& model) {
  std::map<std::string, Forms> forms;
  for (const syntax::File& file : files) Walker(sources, forms).Walk(file.items);
  for (const intent::Permission& one : model.permissions) {
    AddOperation("permission", one.operation, forms[one.origin.place]);
  }
  for (const intent::Prohibition& one : model.prohibitions) {
    AddOperation("prohibition", one.operation, forms[one.origin.place]);
  }
  return forms;
}

Forms AllForms(const library::Library& library, const catalog::Catalog& catalog) {
  Forms all;
  const auto both = [&](const std::string& form) {
    all.insert("permission, " + form);
    all.insert("prohibition, " + form);
  };
  const auto only = [&](const char* reading, const std::string& form) {
    all.insert(fmt::format("{}, {}", reading, form));
  };
  for (const library::Module& module : library.modules()) {
    for (const library::Verb& verb : module.verbs) {
      // What is forbidden of services is forbidden as `do` with all their actions.
      if (verb.sort == "Services") continue;
      both(verb.name + " " + verb.sort);
      if (verb.sort != "Kinds") continue;
      for (const catalog::Kind& kind : catalog.kinds()) {
        const bool is_taken = verb.kinds.empty() || std::ranges::count(verb.kinds, kind.name) > 0;
        if (is_taken) both(verb.name + " " + kind.name);
      }
    }
  }
  for (const std::string_view one : kPrincipals) {
    only("permission", fmt::format("subject: {}", one));
    // Prohibitions do not bind AWS services.
    if (one == "service") continue;
    only("prohibition", fmt::format("subject: {}", one));
    only("prohibition", fmt::format("except: {}", one));
  }
  for (const std::string_view one : kSubjects) only("prohibition", fmt::format("subject: {}", one));
  for (const char* one : {"subject: in", "subject: several"}) both(one);
  for (const char* one : {"subject: except", "except: several", "duty: and", "do anything",
                          "do anything: except", "do anything: on", "do anything: in quotes"}) {
    only("prohibition", one);
  }
  for (const std::string_view one : kDuties) only("prohibition", fmt::format("duty: {}", one));
  for (const char* one : {"do", "do: several", "do: on", "do: on several", "do: in quotes"}) {
    both(one);
  }
  for (const char* where : {"object", "in", "regions"}) {
    for (const char* one : {"name", "any name", "several", "except", "group"}) {
      both(fmt::format("{}: {}", where, one));
    }
  }
  for (const char* one :
       {"object: string", "object: resource", "object: from", "object: where",
        "guardrails: several", "profiles: name", "profiles: string", "in: where"}) {
    both(one);
  }
  only("permission", "object: latest name");
  for (const std::string_view one : kOperators) {
    // What an absent key meets grants nothing: `!=` stands beside the key in a permission.
    both(fmt::format("condition: {}", one));
  }
  for (const char* one :
       {"condition: and", "condition: or", "condition: not", "condition: another key"}) {
    both(one);
  }
  for (const std::string_view one : kRoutes) both(fmt::format("routed {}", one));
  for (const char* one :
       {"in regions", "in accounts", "routed several", "through bedrock", "through mantle",
        "through claude-platform", "with guardrail", "via endpoint", "via profile", "when",
        "unless", "from", "until", "under", "control", "waive", "because", "given", "apply"}) {
    both(one);
  }
  return all;
}

}  // namespace writ::differential
