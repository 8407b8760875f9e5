#include "decide/search.h"

#include <algorithm>
#include <array>
#include <map>
#include <set>
#include <utility>

#include "writ/support/check.h"

namespace writ::decide {
namespace {

using policy::OperatorFamily;
using policy::SetQualifier;

// A request has few keys that matter together; a chain of more nodes than this is not looked at.
constexpr std::size_t kMostAttributesAtOnce = 400;
// What it takes to hold a number, date or address against the values of one operator.
constexpr std::uint64_t kStepsAValue = 16;
// Texts of a list that are put together to tell all lists apart.
constexpr std::size_t kMostLists = 4096;

// Services that a policy is unlikely to name, with an action; for requests to any other service.
constexpr std::array<std::pair<std::string_view, std::string_view>, 8> kOtherServices = {
    {{"s3", "GetObject"},
     {"ec2", "DescribeInstances"},
     {"sqs", "SendMessage"},
     {"sns", "Publish"},
     {"lambda", "InvokeFunction"},
     {"dynamodb", "GetItem"},
     {"kms", "Decrypt"},
     {"iam", "ListUsers"}}};

bool CanBeService(std::string_view name) {
  return !name.empty() && std::ranges::all_of(name, [](char c) {
    return c != '*' && c != '?' && static_cast<unsigned char>(c) > ' ';
  });
}

Belongs Not(Belongs belongs) {
  if (belongs == Belongs::kOpen) return belongs;
  return belongs == Belongs::kYes ? Belongs::kNo : Belongs::kYes;
}

std::vector<Belongs> Known(const std::vector<bool>& holds) {
  std::vector<Belongs> known(holds.size());
  for (std::size_t i = 0; i < holds.size(); ++i) known[i] = holds[i] ? Belongs::kYes : Belongs::kNo;
  return known;
}

const TextSet* NamesOf(const ActionTest& test, std::string_view service) {
  const auto at = std::ranges::lower_bound(
      test.services, service, {}, [](const auto& one) -> std::string_view { return one.first; });
  return at != test.services.end() && at->first == service ? &at->second : nullptr;
}

// For a service that the test does not name.
bool HoldsElsewhere(const ActionTest& test) { return test.is_everything != test.is_negated; }

}  // namespace

std::size_t Search::NodeHash::operator()(const Node& node) const {
  std::uint64_t hash = 14695981039346656037ULL;
  for (const Entry& entry : node) {
    for (const std::uint64_t part : {std::uint64_t{entry.chain}, entry.allowing, entry.other}) {
      hash = (hash ^ part) * 1099511628211ULL;
      hash ^= hash >> 31U;
    }
  }
  return hash;
}

Search::Search(const Problem& problem, Side allowing, Budget& budget)
    : problem_(problem),
      allowing_(allowing),
      budget_(budget),
      formula_(problem.formula(allowing)),
      other_formula_(problem.formula(allowing == Side::kLeft ? Side::kRight : Side::kLeft)),
      obstacles_(problem.obstacles()) {}

void Search::Run(Extent extent, const std::function<bool(const Path&)>& found) {
  extent_ = extent;
  found_ = found;
  LookAtActions();
  if (budget_.is_exhausted) Stop({});
}

void Search::Stop(Obstacle obstacle) {
  for (const Obstacle& known : obstacles_) {
    if (known.kind == obstacle.kind && known.construct == obstacle.construct) return;
  }
  obstacles_.push_back(std::move(obstacle));
}

// Divides with half of what is left of the budget: if that does not suffice, the atoms that were
// met may still show a difference.
std::vector<TextAtom> Search::DivideTexts(const TextQuestion& question) {
  const std::uint64_t half = budget_.steps / 2;
  Budget part{half};
  std::vector<TextAtom> atoms = decide::Divide(question, part);
  static_cast<void>(budget_.Spend(half - part.steps));
  if (part.is_exhausted) Stop({});
  return atoms;
}

// ---- Nodes

void Search::Merge(Node& node) const {
  std::ranges::sort(node, {}, &Entry::chain);
  std::size_t size = 0;
  for (const Entry& entry : node) {
    if (size > 0 && node[size - 1].chain == entry.chain) {
      node[size - 1].allowing |= entry.allowing;
      node[size - 1].other |= entry.other;
    } else {
      node[size++] = entry;
    }
  }
  node.resize(size);
}

// Leaves out what cannot matter any more. kSettled: no request that passes here is allowed by the
// one side and refused by the other. Both formulas grow with Allows and shrink with Denies, so what
// surely holds (the empty chain) and what possibly holds (all chains) bound them.
Search::State Search::Simplify(Node& node) const {
  // If every chain gives the other side all that it gives this one, the other allows no less.
  bool is_within = formula_ == other_formula_;
  Mask sure = 0;
  Mask possible = 0;
  Mask other_sure = 0;
  Mask other_possible = 0;
  for (Entry& entry : node) {
    const bool is_denied = (entry.allowing & label::kDeny) != 0;
    // Where this Deny applies the request is refused here, whatever the other side says.
    if (is_denied) entry.other &= ~label::kDeny;
    is_within &=
        (entry.allowing & ~label::kDeny & ~entry.other) == 0 && (entry.other & label::kDeny) == 0;
    possible |= entry.allowing;
    other_possible |= entry.other;
    if (entry.chain == 0) {
      sure |= entry.allowing;
      other_sure |= entry.other;
    }
  }
  if (is_within || (sure & label::kDeny) != 0) return State::kSettled;
  for (const Mask clause : formula_.clauses) {
    if ((possible & clause) == 0) return State::kSettled;
  }
  bool is_other_refused = (other_sure & label::kDeny) != 0;
  bool is_other_allowed = (other_possible & label::kDeny) == 0;
  Mask needed = label::kDeny;
  Mask other_needed = label::kDeny;
  for (const Mask clause : other_formula_.clauses) {
    is_other_refused |= (other_possible & clause) == 0;
    is_other_allowed &= (other_sure & clause) != 0;
    if ((other_sure & clause) == 0) other_needed |= clause;
  }
  if (is_other_allowed) return State::kSettled;
  if (is_other_refused) other_needed = 0;
  for (const Mask clause : formula_.clauses) {
    if ((sure & clause) == 0) needed |= clause;
  }
  // One Allow for both, and no Deny on the other side: it makes no difference.
  const bool is_alike = formula_ == other_formula_ && formula_.clauses.size() == 1 &&
                        (other_possible & label::kDeny) == 0;
  std::size_t size = 0;
  for (Entry entry : node) {
    if (entry.chain != 0) {
      if (is_alike && (entry.other & formula_.clauses[0]) != 0) entry.allowing &= label::kDeny;
      entry.allowing &= needed;
      entry.other &= other_needed;
    }
    if ((entry.allowing | entry.other) != 0) node[size++] = entry;
  }
  node.resize(size);
  if (!is_alike) return State::kOpen;
  possible = 0;
  for (const Entry& entry : node) possible |= entry.allowing;
  return (possible & formula_.clauses[0]) == 0 ? State::kSettled : State::kOpen;
}

// The node behind a value of which `belongs` says, by test, whether it passes.
Search::Node Search::Next(const Node& node, Attribute attribute,
                          std::span<const std::uint32_t> tests,
                          std::span<const Belongs> belongs) const {
  Node next;
  next.reserve(node.size());
  for (const Entry& entry : node) {
    const Cell& cell = problem_.cell(entry.chain);
    if (entry.chain == 0 || cell.attribute != attribute) {
      next.push_back(entry);
      continue;
    }
    const auto at =
        static_cast<std::size_t>(std::ranges::lower_bound(tests, cell.test) - tests.begin());
    if (belongs[at] == Belongs::kNo) continue;
    // Several tests on one attribute: the chain goes on with it.
    next.push_back(
        {belongs[at] == Belongs::kYes ? cell.rest : entry.chain, entry.allowing, entry.other});
  }
  Merge(next);
  return next;
}

void Search::Enter(Node node) {
  if (is_stopped_ || !budget_.Spend(1 + node.size())) return;
  if (Simplify(node) == State::kSettled) return;
  Attribute attribute = kNoAttribute;
  for (const Entry& entry : node) {
    attribute = std::min(attribute, problem_.cell(entry.chain).attribute);
  }
  if (attribute == kNoAttribute) {
    ++found_count_;
    is_stopped_ = !found_(path_);
    return;
  }
  if (extent_ == Extent::kSome && done_.contains(node)) return;
  const std::size_t found_before = found_count_;
  if (++depth_ > kMostAttributesAtOnce) {
    Obstacle obstacle;
    obstacle.construct = "conditions on very many keys";
    Stop(std::move(obstacle));
  } else {
    Divide(node, attribute);
  }
  --depth_;
  // A node that leads to a difference is entered again from elsewhere: the next may be nicer.
  if (extent_ == Extent::kSome && found_before == found_count_) done_.insert(std::move(node));
}

void Search::Divide(const Node& node, Attribute attribute) {
  // A chain may test one attribute several times: all of them are decided by the same value.
  std::set<std::uint32_t> all;
  for (const Entry& entry : node) {
    for (ChainId chain = entry.chain; problem_.cell(chain).attribute == attribute && chain != 0;
         chain = problem_.cell(chain).rest) {
      all.insert(problem_.cell(chain).test);
    }
  }
  const std::vector<std::uint32_t> tests(all.begin(), all.end());
  if (attribute == kResource) {
    DivideResource(node, tests);
  } else if (attribute == kPrincipal) {
    DividePrincipal(node, tests);
  } else {
    DivideKey(node, attribute, tests);
  }
}

// Applies all tests of the attribute and goes on.
void Search::Follow(const Node& node, Attribute attribute, Choice choice) {
  const std::vector<Belongs> known = Known(choice.holds);
  Node next = node;
  const auto has_more = [&] {
    return std::ranges::any_of(next, [&](const Entry& entry) {
      return entry.chain != 0 && problem_.cell(entry.chain).attribute == attribute;
    });
  };
  while (has_more()) next = Next(next, attribute, choice.tests, known);
  path_.choices.push_back(std::move(choice));
  Enter(std::move(next));
  path_.choices.pop_back();
}

// ---- Actions

// The boxes alive for a service that no test names (null), or at best for `service`.
Search::Node Search::AliveAt(const std::string* service) const {
  Node node;
  for (const StatementBox& box : problem_.boxes()) {
    const ActionTest& test = problem_.actions()[box.action];
    const bool is_named = service != nullptr && NamesOf(test, *service) != nullptr;
    if (!is_named && !HoldsElsewhere(test)) continue;
    const bool is_left = allowing_ == Side::kLeft;
    node.push_back({box.chain, is_left ? box.left : box.right, is_left ? box.right : box.left});
  }
  Merge(node);
  return node;
}

void Search::LookAtActions() {
  std::map<std::string, std::vector<std::uint32_t>, std::less<>> special;  // boxes by service
  const std::vector<StatementBox>& boxes = problem_.boxes();
  for (std::uint32_t i = 0; i < boxes.size(); ++i) {
    const ActionTest& test = problem_.actions()[boxes[i].action];
    for (const auto& [service, names] : test.services) {
      if (CanBeService(service)) special[service].push_back(i);
    }
  }
  for (const auto& [service, boxes_of_service] : special) {
    if (is_stopped_ || budget_.is_exhausted) return;
    LookAtService(service, boxes_of_service);
  }
  path_ = {};
  path_.is_other_service = true;
  for (const auto& [service, name] : kOtherServices) {
    if (path_.service.empty() && !special.contains(service)) {
      path_.service = service;
      path_.name = name;
    }
  }
  if (path_.service.empty()) {
    path_.service = "example";
    while (special.contains(path_.service)) path_.service += 'x';
    path_.name = "Action";
  }
  for (std::uint32_t i = 0; i < problem_.actions().size(); ++i) {
    (HoldsElsewhere(problem_.actions()[i]) ? path_.actions : path_.other_actions).push_back(i);
  }
  Enter(AliveAt(nullptr));
}

void Search::LookAtService(const std::string& service, const std::vector<std::uint32_t>& special) {
  if (!budget_.Spend(problem_.boxes().size())) return;
  LookAtNames(service, special);
}

void Search::LookAtNames(const std::string& service, std::span<const std::uint32_t> special) {
  const std::vector<StatementBox>& boxes = problem_.boxes();
  const bool is_left = allowing_ == Side::kLeft;
  const auto entry_of = [&](const StatementBox& box) {
    return Entry{box.chain, is_left ? box.left : box.right, is_left ? box.right : box.left};
  };
  // Boxes alive whatever the name.
  Node always;
  std::vector<bool> is_special(boxes.size());
  for (const std::uint32_t i : special) is_special[i] = true;
  for (std::size_t i = 0; i < boxes.size(); ++i) {
    if (!is_special[i] && HoldsElsewhere(problem_.actions()[boxes[i].action])) {
      always.push_back(entry_of(boxes[i]));
    }
  }
  Merge(always);
  // One set of names for each test of actions, and the boxes that wait for it.
  std::vector<std::uint32_t> tests;
  for (const std::uint32_t i : special) tests.push_back(boxes[i].action);
  std::ranges::sort(tests);
  tests.erase(std::unique(tests.begin(), tests.end()), tests.end());
  std::vector<std::vector<Entry>> waiting(tests.size());
  for (const std::uint32_t i : special) {
    const auto at = std::ranges::lower_bound(tests, boxes[i].action) - tests.begin();
    waiting[static_cast<std::size_t>(at)].push_back(entry_of(boxes[i]));
  }
  // What passes if a name is known to be in some sets. What is open may yet be dropped: its boxes
  // are possible and not sure, each with a chain that no other has.
  constexpr ChainId kFirstOpenChain = 1U << 31U;
  std::vector<ChainId> first_open;
  ChainId next_open = kFirstOpenChain;
  for (const std::vector<Entry>& entries : waiting) {
    first_open.push_back(next_open);
    next_open += static_cast<ChainId>(entries.size());
  }
  const auto alive = [&](std::span<const Belongs> belongs) {
    Node node = always;
    for (std::size_t i = 0; i < tests.size(); ++i) {
      const ActionTest& test = problem_.actions()[tests[i]];
      Belongs holds = test.is_everything ? Belongs::kYes : belongs[i];
      if (test.is_negated) holds = Not(holds);
      if (holds == Belongs::kNo) continue;
      for (std::size_t w = 0; w < waiting[i].size(); ++w) {
        node.push_back(waiting[i][w]);
        if (holds == Belongs::kOpen) node.back().chain = first_open[i] + static_cast<ChainId>(w);
      }
    }
    Merge(node);
    return node;
  };
  const auto is_settled = [&](std::span<const Belongs> belongs) {
    Node node = alive(belongs);
    static_cast<void>(budget_.Spend(node.size()));
    return Simplify(node) == State::kSettled;
  };
  const std::vector<Belongs> unknown(tests.size(), Belongs::kOpen);
  if (is_settled(unknown)) return;
  TextQuestion question;
  for (const std::uint32_t test : tests) {
    question.sets.push_back(NamesOf(problem_.actions()[test], service));
  }
  question.letters = Letters::kActionNames;
  question.is_settled = is_settled;
  for (TextAtom& atom : DivideTexts(question)) {
    if (is_stopped_ || budget_.is_exhausted) return;
    path_ = {};
    path_.service = service;
    path_.name = std::move(atom.example);
    for (std::size_t i = 0; i < tests.size(); ++i) {
      const ActionTest& test = problem_.actions()[tests[i]];
      const bool holds = (test.is_everything || atom.belongs[i]) != test.is_negated;
      (holds ? path_.actions : path_.other_actions).push_back(tests[i]);
    }
    Enter(alive(Known(atom.belongs)));
  }
}

// ---- Resources

void Search::DivideResource(const Node& node, const std::vector<std::uint32_t>& tests) {
  static const TextPattern kArns = AllArns(true);
  TextQuestion question;
  question.universe = kArns;
  for (const std::uint32_t test : tests) question.sets.push_back(&problem_.resource(test).texts);
  const auto holds = [&](std::size_t i, Belongs belongs) {
    const ResourceTest& test = problem_.resource(tests[i]);
    if (test.is_everything) belongs = Belongs::kYes;
    return test.is_negated ? Not(belongs) : belongs;
  };
  question.is_settled = [&](std::span<const Belongs> belongs) {
    std::vector<Belongs> known(belongs.begin(), belongs.end());
    for (std::size_t i = 0; i < known.size(); ++i) known[i] = holds(i, known[i]);
    static_cast<void>(budget_.Spend(node.size()));
    Node next = Next(node, kResource, tests, known);
    return Simplify(next) == State::kSettled;
  };
  const auto follow = [&](const std::string& text, const std::vector<bool>& belongs) {
    Choice choice;
    choice.attribute = kResource;
    choice.text = text;
    choice.tests = tests;
    for (std::size_t i = 0; i < tests.size(); ++i) {
      choice.holds.push_back(holds(i, belongs[i] ? Belongs::kYes : Belongs::kNo) == Belongs::kYes);
    }
    Follow(node, kResource, std::move(choice));
  };
  for (const TextAtom& atom : DivideTexts(question)) {
    if (is_stopped_ || budget_.is_exhausted) return;
    follow(atom.example, atom.belongs);
  }
  follow("*", std::vector<bool>(tests.size(), false));
}

// ---- Callers

void Search::DividePrincipal(const Node& node, const std::vector<std::uint32_t>& tests) {
  std::set<std::vector<bool>> seen;
  for (const std::string& name : problem_.callers()) {
    if (is_stopped_ || !budget_.Spend(kStepsAValue * tests.size())) return;
    const std::optional<policy::Caller> caller = policy::ParseCaller(name);
    if (!caller) continue;
    Choice choice;
    choice.attribute = kPrincipal;
    choice.text = name;
    choice.tests = tests;
    for (const std::uint32_t test : tests) {
      choice.holds.push_back(Holds(problem_.principal(test), *caller));
    }
    if (seen.insert(choice.holds).second) Follow(node, kPrincipal, std::move(choice));
  }
}

// ---- Context keys

// The texts of a key, divided: by atom whether it is in each set of elements, and whether the
// operators of its family can read it.
struct Search::ElementAtoms {
  struct Atom {
    std::string text;
    std::vector<bool> passes;  // by test: the operator, negated or not, holds of this one text
  };
  std::vector<Atom> atoms;
};

// What a test says of one text that is known to be in its set, or not.
Belongs Search::Passes(std::uint32_t test, Belongs belongs) const {
  const KeyTest& one = problem_.key_test(test);
  if (one.op.base == policy::BaseOperator::kNull) {
    return one.wants_false ? Belongs::kYes : Belongs::kNo;
  }
  if (!one.is_negated) return belongs;
  return problem_.elements(one.elements).has_unreadable ? Belongs::kNo : Not(belongs);
}

std::optional<Search::ElementAtoms> Search::Elements(Attribute attribute,
                                                     const std::vector<std::uint32_t>& tests,
                                                     const IsSettled& is_settled) {
  const KeyInfo& key = problem_.key(attribute);
  const auto needs_empty = std::ranges::any_of(tests, [this](std::uint32_t test) {
    return problem_.key_test(test).op.set == SetQualifier::kForAllValues;
  });
  std::vector<std::uint32_t> sets;  // by test; Null has none
  std::vector<const ElementSet*> used;
  for (const std::uint32_t test : tests) {
    if (problem_.key_test(test).op.base == policy::BaseOperator::kNull) {
      sets.push_back(UINT32_MAX);
      continue;
    }
    const ElementSet* set = &problem_.elements(problem_.key_test(test).elements);
    auto at = std::ranges::find(used, set);
    if (at == used.end()) at = used.insert(used.end(), set);
    sets.push_back(static_cast<std::uint32_t>(at - used.begin()));
  }
  std::optional<OperatorFamily> valued;  // numbers, dates, ...
  bool has_arns = false;
  bool is_mixed = false;
  for (const OperatorFamily family : key.families) {
    if (family == OperatorFamily::kString) continue;
    if (family == OperatorFamily::kArn) {
      has_arns = true;
      continue;
    }
    is_mixed |= valued.has_value();
    valued = family;
  }
  is_mixed |= valued && has_arns;
  if (valued && *valued != OperatorFamily::kBool) {
    for (const ElementSet* set : used) is_mixed |= !HasTrivialPatternsOnly(set->texts);
  }
  for (const ElementSet* set : used) is_mixed |= valued && !set->texts.open.empty();
  if (is_mixed) {
    Obstacle obstacle;
    obstacle.kind = Obstacle::Kind::kMixedOperators;
    obstacle.construct = key.name;
    obstacle.side = key.origin.side;
    obstacle.statement = key.origin.statement;
    obstacle.sid = key.origin.sid;
    Stop(std::move(obstacle));
    return std::nullopt;
  }
  ElementAtoms result;
  const auto add = [&](const std::string& text, const std::function<bool(std::size_t)>& contains) {
    ElementAtoms::Atom atom;
    atom.text = text;
    for (std::size_t i = 0; i < tests.size(); ++i) {
      const KeyTest& test = problem_.key_test(tests[i]);
      if (sets[i] == UINT32_MAX) {
        atom.passes.push_back(false);
        continue;
      }
      const ElementSet& set = *used[sets[i]];
      const bool is_in = contains(sets[i]);
      atom.passes.push_back(
          test.is_negated ? !is_in && !set.has_unreadable && IsReadable(set.family, text) : is_in);
    }
    result.atoms.push_back(std::move(atom));
  };
  const Bindings* bindings = problem_.bindings();
  const auto bound = bindings != nullptr ? bindings->find(key.folded) : Bindings::const_iterator{};
  if (bindings != nullptr && bound != bindings->end()) {
    if (bound->second) {
      add(*bound->second, [&](std::size_t set) { return Contains(*used[set], *bound->second); });
    }
    return result;
  }
  if (valued) {
    for (const std::string& text : Representatives(*valued, used)) {
      add(text, [&](std::size_t set) { return Contains(*used[set], text); });
      if (!budget_.Spend(kStepsAValue * used.size())) return std::nullopt;
    }
    return result;
  }
  TextQuestion question;
  for (const ElementSet* set : used) question.sets.push_back(&set->texts);
  if (has_arns) question.universe = AllArns(false);
  if (needs_empty && !has_arns) question.extra_literals.emplace_back();
  if (is_settled) {
    question.is_settled = [&](std::span<const Belongs> belongs) {
      std::vector<Belongs> passes;
      for (std::size_t i = 0; i < tests.size(); ++i) {
        const bool is_null = sets[i] == UINT32_MAX;
        passes.push_back(Passes(tests[i], is_null ? Belongs::kNo : belongs[sets[i]]));
      }
      return is_settled(passes);
    };
  }
  const std::vector<TextAtom> atoms = DivideTexts(question);
  for (const TextAtom& atom : atoms) {
    add(atom.example, [&](std::size_t set) { return atom.belongs[set]; });
  }
  return result;
}

std::vector<Search::KeyAtom> Search::KeyAtoms(Attribute attribute,
                                              const std::vector<std::uint32_t>& tests,
                                              const IsSettled& is_settled) {
  const KeyInfo& key = problem_.key(attribute);
  std::vector<KeyAtom> atoms;
  std::set<std::vector<bool>> seen;
  const auto add = [&](std::vector<bool> holds, std::optional<policy::ContextKey> value) {
    if (seen.insert(holds).second) atoms.push_back({std::move(value), std::move(holds)});
  };
  const std::optional<ElementAtoms> elements = Elements(attribute, tests, is_settled);
  if (!elements) return {};
  const Bindings* bindings = problem_.bindings();
  const bool is_bound = bindings != nullptr && bindings->contains(key.folded);
  const auto test_at = [&](std::size_t i) -> const KeyTest& { return problem_.key_test(tests[i]); };
  const auto is_null_test = [](const KeyTest& test) {
    return test.op.base == policy::BaseOperator::kNull;
  };

  // Absent, and likewise a list of none.
  if (!is_bound || elements->atoms.empty()) {
    std::vector<bool> holds;
    for (std::size_t i = 0; i < tests.size(); ++i) {
      const KeyTest& test = test_at(i);
      const bool is_all = test.op.set == SetQualifier::kForAllValues;
      const bool is_plain = test.op.set == SetQualifier::kNone;
      holds.push_back(is_null_test(test)
                          ? test.wants_true
                          : is_all || (is_plain && (test.op.if_exists || test.is_negated)));
    }
    add(std::move(holds), std::nullopt);
  }
  for (const ElementAtoms::Atom& atom : elements->atoms) {
    std::vector<bool> holds;
    for (std::size_t i = 0; i < tests.size(); ++i) {
      const KeyTest& test = test_at(i);
      const bool is_null_set = test.op.set == SetQualifier::kForAllValues && atom.text.empty();
      holds.push_back(is_null_test(test) ? test.wants_false : is_null_set || atom.passes[i]);
    }
    add(std::move(holds), policy::ContextKey{key.name, false, {atom.text}});
  }
  if (!key.takes_lists || is_bound) return atoms;

  // Lists. A set operator sees of a list only whether some text passes and whether some fails, so
  // lists are closed under joining, and joining singletons gives them all.
  struct List {
    std::vector<std::string> texts;
  };
  std::map<std::vector<bool>, List> lists;  // by test: some passes; then by test: some fails
  std::vector<std::vector<bool>> singles;
  std::vector<std::string> single_texts;
  const auto list_holds = [&](const std::vector<bool>& some,
                              const std::vector<std::string>& texts) {
    const bool is_null_set = texts.size() == 1 && texts[0].empty();
    std::vector<bool> holds;
    for (std::size_t i = 0; i < tests.size(); ++i) {
      const KeyTest& test = test_at(i);
      bool value = is_null_test(test) && test.wants_false;
      if (test.op.set == SetQualifier::kForAnyValue) value = some[i];
      if (test.op.set == SetQualifier::kForAllValues)
        value = is_null_set || !some[tests.size() + i];
      holds.push_back(value);
    }
    return holds;
  };
  std::vector<std::vector<bool>> queue;
  for (const ElementAtoms::Atom& atom : elements->atoms) {
    std::vector<bool> some(2 * tests.size());
    for (std::size_t i = 0; i < tests.size(); ++i) {
      some[i] = atom.passes[i];
      some[tests.size() + i] = !atom.passes[i];
    }
    add(list_holds(some, {atom.text}), policy::ContextKey{key.name, true, {atom.text}});
    if (atom.text.empty()) {
      add(list_holds(some, {"", ""}), policy::ContextKey{key.name, true, {"", ""}});
    }
    if (!lists.try_emplace(some, List{{atom.text}}).second) continue;
    singles.push_back(some);
    single_texts.push_back(atom.text);
    queue.push_back(some);
  }
  for (std::size_t q = 0; q < queue.size(); ++q) {
    for (std::size_t s = 0; s < singles.size(); ++s) {
      if (!budget_.Spend(1 + tests.size() / 8)) return {};
      std::vector<bool> joined = queue[q];
      for (std::size_t i = 0; i < joined.size(); ++i) joined[i] = joined[i] || singles[s][i];
      if (lists.contains(joined)) continue;
      if (lists.size() >= kMostLists) {
        Obstacle obstacle;
        obstacle.construct = key.name;
        Stop(std::move(obstacle));
        return atoms;
      }
      std::vector<std::string> texts = lists.at(queue[q]).texts;
      texts.push_back(single_texts[s]);
      add(list_holds(joined, texts), policy::ContextKey{key.name, true, texts});
      lists.emplace(joined, List{std::move(texts)});
      queue.push_back(std::move(joined));
    }
  }
  return atoms;
}

// Whether the atoms of a key are looked for with one node in mind. All of them, for whatever node,
// are too many if there are many tests; lists are made of texts that settle nothing alone.
bool Search::IsDividedAlone(Attribute attribute, const std::vector<std::uint32_t>& tests) const {
  constexpr std::size_t kManyTests = 5;
  return tests.size() > kManyTests && !problem_.key(attribute).takes_lists;
}

void Search::DivideKey(const Node& node, Attribute attribute,
                       const std::vector<std::uint32_t>& tests) {
  const auto follow_all = [&](const std::vector<KeyAtom>& atoms) {
    for (const KeyAtom& atom : atoms) {
      if (is_stopped_ || budget_.is_exhausted) return;
      Choice choice;
      choice.attribute = attribute;
      choice.key = atom.key;
      choice.tests = tests;
      choice.holds = atom.holds;
      Follow(node, attribute, std::move(choice));
    }
  };
  if (IsDividedAlone(attribute, tests)) {
    follow_all(KeyAtoms(attribute, tests, [&](std::span<const Belongs> passes) {
      static_cast<void>(budget_.Spend(node.size()));
      Node next = Next(node, attribute, tests, passes);
      return Simplify(next) == State::kSettled;
    }));
    return;
  }
  std::vector<std::uint32_t> cache_key = tests;
  cache_key.push_back(attribute);
  auto known = key_atoms_.find(cache_key);
  if (known == key_atoms_.end()) {
    std::vector<KeyAtom> atoms = KeyAtoms(attribute, tests, nullptr);
    known = key_atoms_.emplace(std::move(cache_key), std::move(atoms)).first;
  }
  follow_all(known->second);
}

}  // namespace writ::decide
