#include "iam/decide/search.h"

#include <algorithm>
#include <array>
#include <map>
#include <set>
#include <tuple>
#include <utility>

#include "base/support/check.h"

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
  LookAtOtherService([&special](std::string_view service) { return special.contains(service); });
}

void Search::LookAtOtherService(const std::function<bool(std::string_view)>& is_named) {
  path_ = {};
  path_.is_other_service = true;
  if (problem_.has_wide_actions()) {
    if (!problem_.other_action()) return;
    std::tie(path_.service, path_.name) = *problem_.other_action();
  }
  for (const auto& [service, name] : kOtherServices) {
    if (path_.service.empty() && !is_named(service)) {
      path_.service = service;
      path_.name = name;
    }
  }
  if (path_.service.empty()) {
    path_.service = "example";
    while (is_named(path_.service)) path_.service += 'x';
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

// The texts of a key, divided.
struct Search::ElementAtoms {
  struct Atom {
    std::string text;
    std::vector<bool> passes;  // by test: the operator, negated or not, holds of this one text
  };
  std::vector<Atom> atoms;
};

namespace {

// How texts of one key are to be divided for some tests.
struct Layout {
  std::vector<std::uint32_t> sets;      // by test; kNoSet: it asks for no text
  std::vector<const ElementSet*> used;  // each once
  std::vector<OperatorFamily> valued;   // numbers, dates, addresses, bytes; Booleans if among such
  bool has_arns = false;
  bool has_booleans = false;  // and nothing of `valued`
  bool needs_empty = false;   // whether the empty text is told from all others
  static constexpr std::uint32_t kNoSet = UINT32_MAX;
};

bool AsksForNoText(const KeyTest& test) { return test.op.base == policy::BaseOperator::kNull; }

Layout LayoutOf(const Problem& problem, const KeyInfo& key,
                const std::vector<std::uint32_t>& tests) {
  Layout layout;
  for (const std::uint32_t number : tests) {
    const KeyTest& test = problem.key_test(number);
    layout.needs_empty |= test.op.set == SetQualifier::kForAllValues || test.wants_text;
    if (AsksForNoText(test)) {
      layout.sets.push_back(Layout::kNoSet);
      continue;
    }
    const ElementSet* set = &problem.elements(test.elements);
    auto at = std::ranges::find(layout.used, set);
    if (at == layout.used.end()) at = layout.used.insert(layout.used.end(), set);
    layout.sets.push_back(static_cast<std::uint32_t>(at - layout.used.begin()));
  }
  for (const OperatorFamily family : key.families) {
    if (family == OperatorFamily::kArn) {
      layout.has_arns = true;
    } else if (family == OperatorFamily::kBool) {
      layout.has_booleans = true;
    } else if (family != OperatorFamily::kString) {
      layout.valued.push_back(family);
    }
  }
  if (layout.has_booleans && !layout.valued.empty()) {
    layout.valued.push_back(OperatorFamily::kBool);
    layout.has_booleans = false;
  }
  return layout;
}

// Whether texts that are compared by meaning cannot be told from those that are compared as text:
// where values of other kinds are written alike, or patterns single out some of their spellings.
bool IsMixed(const Layout& layout) {
  if (layout.valued.empty()) {
    return layout.has_booleans && std::ranges::any_of(layout.used, [](const ElementSet* set) {
             return !set->texts.open.empty();
           });
  }
  const auto has = [&layout](OperatorFamily family) {
    return std::ranges::find(layout.valued, family) != layout.valued.end();
  };
  if (has(OperatorFamily::kIp) && layout.has_arns) return true;
  if (has(OperatorFamily::kBinary) && layout.valued.size() > 1) return true;
  return std::ranges::any_of(layout.used, [](const ElementSet* set) {
    return !set->texts.open.empty() ||
           (set->family != OperatorFamily::kArn && !HasTrivialPatternsOnly(set->texts));
  });
}

// Which texts are set apart besides those that operators ask for, as further sets of a division.
struct Marks {
  TextSet empty;
  TextSet arns;
  TextSet yes;  // spellings of "true"
  TextSet no;
  std::size_t empty_at = SIZE_MAX;  // among the sets
  std::size_t arns_at = SIZE_MAX;
  std::size_t yes_at = SIZE_MAX;  // and that of `no` behind it

  Marks(const Layout& layout, TextQuestion& question) {
    if (layout.needs_empty) {
      empty_at = question.sets.size();
      empty.literals.emplace_back();
      question.sets.push_back(&empty);
    }
    if (layout.has_arns) {
      arns_at = question.sets.size();
      arns.patterns.push_back(AllArns(false));
      question.sets.push_back(&arns);
    }
    if (layout.has_booleans) {
      yes_at = question.sets.size();
      yes.literals = SpellingsOf("true");
      no.literals = SpellingsOf("false");
      question.sets.push_back(&yes);
      question.sets.push_back(&no);
    }
  }
  Marks(const Marks&) = delete;
  Marks& operator=(const Marks&) = delete;
};

// Whether a text of which `belongs` is known is among the elements at `set`.
Belongs Among(const Layout& layout, const Marks& marks, std::uint32_t set,
              std::span<const Belongs> belongs) {
  const ElementSet& elements = *layout.used[set];
  if (elements.family != OperatorFamily::kBool) return belongs[set];
  if (marks.yes_at == SIZE_MAX) return Belongs::kNo;  // among ARNs only
  Belongs among = Belongs::kNo;
  for (const auto& [is_wanted, at] : {std::pair(elements.wants_true, marks.yes_at),
                                      std::pair(elements.wants_false, marks.yes_at + 1)}) {
    if (!is_wanted || belongs[at] == Belongs::kNo) continue;
    among = belongs[at] == Belongs::kYes || among == Belongs::kYes ? Belongs::kYes : Belongs::kOpen;
  }
  return among;
}

}  // namespace

// What a test says of one text of which it is known whether it is in its set, and whether the
// operator can read it.
Belongs Search::Passes(std::uint32_t test, Belongs belongs, Belongs is_readable) const {
  const KeyTest& one = problem_.key_test(test);
  if (one.wants_text) return Belongs::kOpen;
  if (AsksForNoText(one)) return one.wants_false ? Belongs::kYes : Belongs::kNo;
  if (!one.is_negated) return belongs;
  if (problem_.switches().do_unreadable_values_satisfy_negation) return Not(belongs);
  if (problem_.elements(one.elements).has_unreadable) return Belongs::kNo;
  if (belongs == Belongs::kYes || is_readable == Belongs::kNo) return Belongs::kNo;
  return belongs == Belongs::kNo && is_readable == Belongs::kYes ? Belongs::kYes : Belongs::kOpen;
}

// Whether one text passes a test that asks for texts.
bool Search::IsPassed(const KeyTest& test, const std::string& text, bool is_among) const {
  if (!test.is_negated) return is_among;
  if (is_among || problem_.switches().do_unreadable_values_satisfy_negation) return !is_among;
  const ElementSet& set = problem_.elements(test.elements);
  return !set.has_unreadable && IsReadable(set.family, text);
}

std::optional<Search::ElementAtoms> Search::Elements(Attribute attribute,
                                                     const std::vector<std::uint32_t>& tests,
                                                     const IsSettled& is_settled) {
  const KeyInfo& key = problem_.key(attribute);
  const Layout layout = LayoutOf(problem_, key, tests);
  const std::vector<const ElementSet*>& used = layout.used;
  if (IsMixed(layout)) {
    Obstacle obstacle;
    obstacle.kind = Obstacle::Kind::kMixedOperators;
    obstacle.construct = key.name;
    obstacle.side = key.origin.side;
    obstacle.statement = key.origin.statement;
    obstacle.sid = key.origin.sid;
    Stop(std::move(obstacle));
    return std::nullopt;
  }
  const bool has_type =
      key.type && std::ranges::find(key.families, *key.type) != key.families.end();
  const bool is_whole = has_type && key.is_whole;
  ElementAtoms result;
  const auto add = [&](const std::string& text, const std::function<bool(std::uint32_t)>& is_in) {
    if (has_type && !IsReadable(*key.type, text)) return;
    if (is_whole && IsFraction(text)) return;
    ElementAtoms::Atom atom;
    atom.text = text;
    for (std::size_t i = 0; i < tests.size(); ++i) {
      const std::uint32_t set = layout.sets[i];
      atom.passes.push_back(set != Layout::kNoSet &&
                            IsPassed(problem_.key_test(tests[i]), text, is_in(set)));
    }
    result.atoms.push_back(std::move(atom));
  };
  const auto add_by_itself = [&](const std::string& text) {
    add(text, [&](std::uint32_t set) { return Contains(*used[set], text); });
    return budget_.Spend(kStepsAValue * used.size());
  };
  const Bindings* bindings = problem_.bindings();
  const auto bound = bindings != nullptr ? bindings->find(key.folded) : Bindings::const_iterator{};
  if (bindings != nullptr && bound != bindings->end()) {
    if (bound->second) add_by_itself(*bound->second);
    return result;
  }
  TextQuestion question;
  if (!layout.valued.empty()) {
    for (const std::string& text : Representatives(layout.valued, used, has_type)) {
      if (!add_by_itself(text)) return std::nullopt;
    }
    if (!layout.has_arns) return result;
    // Nothing else that is an ARN can be read as anything else.
    question.universe = AllArns(false);
  }
  for (const ElementSet* set : used) question.sets.push_back(&set->texts);
  const Marks marks(layout, question);
  if (has_type && *key.type == OperatorFamily::kArn) question.universe = AllArns(false);
  if (is_settled) {
    question.is_settled = [&](std::span<const Belongs> belongs) {
      std::vector<Belongs> passes;
      for (std::size_t i = 0; i < tests.size(); ++i) {
        const std::uint32_t set = layout.sets[i];
        if (set == Layout::kNoSet) {
          passes.push_back(Passes(tests[i], Belongs::kNo, Belongs::kYes));
          continue;
        }
        // Of families other than strings only ARNs are negated and divided as texts.
        const bool is_arn = used[set]->family == OperatorFamily::kArn;
        passes.push_back(Passes(tests[i], Among(layout, marks, set, belongs),
                                is_arn ? belongs[marks.arns_at] : Belongs::kYes));
      }
      return is_settled(passes);
    };
  }
  for (const TextAtom& atom : DivideTexts(question)) {
    const std::vector<Belongs> belongs = Known(atom.belongs);
    add(atom.example,
        [&](std::uint32_t set) { return Among(layout, marks, set, belongs) == Belongs::kYes; });
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
  std::optional<ElementAtoms> elements = Elements(attribute, tests, is_settled);
  if (!elements) return {};
  // Of values that are told apart by nothing, those that anybody would send come first.
  std::ranges::stable_partition(elements->atoms,
                                [](const ElementAtoms::Atom& atom) { return !atom.text.empty(); });
  const Bindings* bindings = problem_.bindings();
  const bool is_bound = bindings != nullptr && bindings->contains(key.folded);
  if (!is_bound || elements->atoms.empty()) add(HoldsAbsent(tests), std::nullopt);
  for (const ElementAtoms::Atom& atom : elements->atoms) {
    std::vector<bool> holds;
    for (std::size_t i = 0; i < tests.size(); ++i) {
      const KeyTest& test = problem_.key_test(tests[i]);
      const bool is_null_set = test.op.set == SetQualifier::kForAllValues && atom.text.empty();
      if (test.wants_text) {
        holds.push_back(!atom.text.empty());
      } else {
        holds.push_back(AsksForNoText(test) ? test.wants_false : is_null_set || atom.passes[i]);
      }
    }
    add(std::move(holds), policy::ContextKey{key.name, false, {atom.text}});
  }
  if (!key.takes_lists || is_bound) return atoms;

  // Lists. Of a list is seen only whether some text passes and whether some fails, so lists are
  // closed under joining, and joining singletons gives them all.
  std::map<std::vector<bool>, std::vector<std::string>> lists;  // texts by what is seen of them
  struct Single {
    std::vector<bool> seen;
    std::string text;
  };
  std::vector<Single> singles;
  std::vector<std::vector<bool>> queue;
  const auto add_list = [&](const std::vector<bool>& some, std::vector<std::string> texts) {
    std::vector<bool> holds = HoldsOfList(tests, some, texts.size() == 1 && texts[0].empty());
    add(std::move(holds), policy::ContextKey{key.name, true, std::move(texts)});
  };
  for (const ElementAtoms::Atom& atom : elements->atoms) {
    std::vector<bool> some(2 * tests.size());
    for (std::size_t i = 0; i < tests.size(); ++i) {
      if (!IsSeenInLists(problem_.key_test(tests[i]))) continue;
      some[i] = atom.passes[i];
      some[tests.size() + i] = !atom.passes[i];
    }
    add_list(some, {atom.text});
    if (atom.text.empty()) add_list(some, {"", ""});
    if (!lists.try_emplace(some, std::vector<std::string>{atom.text}).second) continue;
    singles.push_back({some, atom.text});
    queue.push_back(some);
  }
  for (std::size_t q = 0; q < queue.size(); ++q) {
    for (const Single& single : singles) {
      if (!budget_.Spend(1 + tests.size() / 8)) return {};
      std::vector<bool> joined = queue[q];
      for (std::size_t i = 0; i < joined.size(); ++i) joined[i] = joined[i] || single.seen[i];
      if (lists.contains(joined)) continue;
      if (lists.size() >= kMostLists) {
        Obstacle obstacle;
        obstacle.construct = key.name;
        Stop(std::move(obstacle));
        return atoms;
      }
      std::vector<std::string> texts = lists.at(queue[q]);
      texts.push_back(single.text);
      add_list(joined, texts);
      lists.emplace(joined, std::move(texts));
      queue.push_back(std::move(joined));
    }
  }
  return atoms;
}

// What tests say of a key that is absent, and likewise of a list of none.
std::vector<bool> Search::HoldsAbsent(const std::vector<std::uint32_t>& tests) const {
  std::vector<bool> holds;
  for (const std::uint32_t number : tests) {
    const KeyTest& test = problem_.key_test(number);
    if (test.wants_text || AsksForNoText(test)) {
      holds.push_back(!test.wants_text && test.wants_true);
      continue;
    }
    switch (test.op.set) {
      case SetQualifier::kForAllValues:
        holds.push_back(true);
        break;
      case SetQualifier::kForAnyValue:
        holds.push_back(test.op.if_exists && problem_.switches().does_if_exists_satisfy_any_value);
        break;
      case SetQualifier::kNone:
        holds.push_back(test.op.if_exists || test.is_negated);
        break;
    }
  }
  return holds;
}

// Whether it matters to the test what a list consists of.
bool Search::IsSeenInLists(const KeyTest& test) const {
  if (AsksForNoText(test)) return false;
  return test.op.set != SetQualifier::kNone || problem_.switches().do_plain_operators_read_lists;
}

// What tests say of a list of which `some` text passes (by test), and some fails (behind those).
std::vector<bool> Search::HoldsOfList(const std::vector<std::uint32_t>& tests,
                                      const std::vector<bool>& some, bool is_null_set) const {
  std::vector<bool> holds;
  for (std::size_t i = 0; i < tests.size(); ++i) {
    const KeyTest& test = problem_.key_test(tests[i]);
    if (AsksForNoText(test)) {
      holds.push_back(!test.wants_text && test.wants_false);
    } else if (test.op.set == SetQualifier::kForAllValues) {
      holds.push_back(is_null_set || !some[tests.size() + i]);
    } else {
      holds.push_back(some[i]);  // never of a plain operator, unless it reads lists
    }
  }
  return holds;
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
