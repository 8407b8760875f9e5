#include "differential/edits.h"

#include <algorithm>
#include <iterator>

#include <fmt/format.h>

#include "analysis/access/callers.h"
#include "analysis/review/difference.h"
#include "analysis/review/why.h"
#include "compiler/proof.h"
#include "compiler/stages.h"
#include "host/memory_file_system.h"
#include "iam/decide/sendable.h"
#include "proof/reference/questions.h"
#include "proof/reference/request.h"
#include "proof/reference/sample.h"

namespace writ::differential {
namespace {

/// A program as `diff` reads it.
class Revision {
 public:
  Revision(const ProgramText& text, const Misreading* misreading)
      : files_({{"p/main.writ", text.Text()}, {"p/writ.bindings.json", text.bindings}}) {
    meaning_ = compiler::Compile<compiler::Bound>({{"p"}}, compilation_);
    if (meaning_.stop) return;
    intent::Model read = meaning_.model;
    if (misreading != nullptr) (*misreading)(read);
    const lower::Bundle bundle = compiler::LowerModel(read, meaning_.bindings, compilation_);
    is_good_ = !compilation_.findings.has_errors();
    if (is_good_) world_ = review::MakeWorld(read, bundle);
  }
  Revision(const Revision&) = delete;
  Revision& operator=(const Revision&) = delete;

  [[nodiscard]] bool is_good() const { return is_good_; }
  [[nodiscard]] reference::Program program() const {
    return {meaning_.model, compilation_.catalog(), meaning_.bindings};
  }
  [[nodiscard]] review::Side side() const {
    review::Naming naming{compilation_.catalog(), {}, "2026-11-29"};
    for (const auto& [name, accounts] : meaning_.bindings.all()) {
      for (const auto& [account, regions] : accounts) {
        for (const auto& [region, bound] : regions) naming.guardrails[bound.arn] = name;
      }
    }
    return {world_, std::move(naming)};
  }

 private:
  host::MemoryFileSystem files_;
  compiler::Compilation compilation_{files_, {.as_of = {2026, 11, 29}}};
  compiler::Bound meaning_;
  review::World world_;
  bool is_good_ = false;
};

std::string Words(const reference::Program& program, const policy::Request& request) {
  const reference::Verdict verdict = reference::Decide(program, request);
  return fmt::format("permitted {}, forbidden {}", reference::Name(verdict.permitted),
                     reference::Name(verdict.forbidden));
}

class Comparison {
 public:
  Comparison(const Revision& before, const Revision& after)
      : before_(before.program()),
        after_(after.program()),
        difference_(review::CompareWorlds(before.side(), after.side())) {}

  [[nodiscard]] static bool IsInKnownRegion(const policy::Request& request) {
    const auto arn = policy::SplitArn(request.resource);
    return !arn || (*arn)[3].empty() ||
           catalog::Catalog::BuiltIn().FindRegion((*arn)[3]) != nullptr;
  }

  [[nodiscard]] bool is_decided() const { return difference_.undecided.empty(); }

  /// A request of which more or less is said than is so.
  std::optional<WrongAnswer> Check(const std::vector<policy::Request>& requests,
                                   AskedCounts& counts) {
    for (const review::Change& change : difference_.changes) {
      ++counts.checks;
      // What is so in no region that the catalog knows has no request that could be sent.
      if (!IsInKnownRegion(change.request)) {
        ++counts.given_up;
        continue;
      }
      if (const std::string fault = FaultOf(change.request); !fault.empty()) {
        return Wrong("shows a request that nobody can send: " + fault, change.request, true);
      }
      const bool was = change.verdict_before == policy::Verdict::kAllowed;
      const bool is = change.verdict_after == policy::Verdict::kAllowed;
      // Without the policy of the resource's owner nothing passes, whatever is granted.
      const bool is_told = change.owner.empty() ? was != is && change.is_gain == is : !was && !is;
      if (Differs(before_, change.request, was) || Differs(after_, change.request, is) ||
          !is_told) {
        return Wrong(fmt::format("says ({} before, {} after) that {} {}: {}, in {}",
                                 policy::VerdictName(change.verdict_before),
                                 policy::VerdictName(change.verdict_after),
                                 fmt::join(change.who, ", "), change.is_gain ? "gains" : "loses",
                                 change.what, fmt::join(change.accounts, ", ")),
                     change.request, true);
      }
    }
    if (!is_decided()) return std::nullopt;
    for (const policy::Request& request : requests) {
      const auto was = Passes(before_, request);
      const auto is = Passes(after_, request);
      if (!was || !is) continue;
      ++counts.checks;
      if (*was != *is && !IsTold(request, IsSure(request), *is)) {
        std::string told;
        for (const review::Change& change : difference_.changes) {
          told += fmt::format("\n      {} {}: {} in {}", fmt::join(change.who, ", "),
                              change.is_gain ? "gains" : "loses", change.what,
                              fmt::join(change.accounts, ", "));
        }
        return Wrong(fmt::format("does not say that the caller {} something, only{}",
                                 *is ? "gains" : "loses", told.empty() ? " nothing" : told),
                     request, false);
      }
    }
    return std::nullopt;
  }

 private:
  /// Whom either program grants something, or has in a team, is compared by what both grant.
  [[nodiscard]] bool IsSure(const policy::Request& request) const {
    return reference::HoldsNothingElse(before_.model, request) ||
           reference::HoldsNothingElse(after_.model, request);
  }

  /// Why nobody sends such a request; empty if somebody may.
  [[nodiscard]] std::string FaultOf(const policy::Request& request) const {
    // Every request says where it is made.
    if (reference::TakeApart(request).Find("aws:RequestedRegion") == nullptr) return "no region";
    const std::vector<std::string> faults = decide::FaultsOf(request, after_.catalog);
    return faults.empty() ? "" : faults.front();
  }

  [[nodiscard]] std::optional<bool> Passes(const reference::Program& program,
                                           const policy::Request& request) const {
    return reference::Expected(reference::Decide(program, request), !IsSure(request));
  }

  [[nodiscard]] bool Differs(const reference::Program& program, const policy::Request& request,
                             bool passes) const {
    const auto so = Passes(program, request);
    return so && *so != passes;
  }

  [[nodiscard]] bool IsTold(const policy::Request& request, bool is_sure, bool is_gain) const {
    const reference::Asked asked = reference::TakeApart(request);
    std::string id = asked.account;
    if (id.empty() && asked.resource) id = asked.resource->account;
    const auto& accounts = before_.model.organization.accounts;
    const auto account = std::ranges::find(accounts, id, &intent::Account::id);
    if (account == accounts.end()) return true;
    std::vector<std::string> labels;
    if (!asked.caller_arn.empty()) {
      for (const reference::Program* program : {&before_, &after_}) {
        std::ranges::move(access::LabelsOf(access::NamesOf(program->model),
                                           {static_cast<std::uint32_t>(account - accounts.begin())},
                                           asked.caller_arn, request.context),
                          std::back_inserter(labels));
      }
    }
    return std::ranges::any_of(difference_.changes, [&](const review::Change& change) {
      if (change.is_gain != is_gain) return false;
      if (std::ranges::find(change.accounts, account->name) == change.accounts.end()) return false;
      return !is_sure || labels.empty() || std::ranges::any_of(labels, [&](const auto& label) {
        return std::ranges::any_of(change.who, [&](const std::string& who) {
          return who == label || who.starts_with(label + " (");
        });
      });
    });
  }

  [[nodiscard]] WrongAnswer Wrong(std::string what, const policy::Request& request,
                                  bool is_own) const {
    what += fmt::format(
        "\n    {}\n    reference: {} before, {} after; the caller {}", review::RequestText(request),
        Words(before_, request), Words(after_, request),
        reference::HoldsNothingElse(after_.model, request) ? "holds what the program grants"
                                                           : "may hold anything");
    return {"diff", {}, std::move(what), is_own ? std::nullopt : std::optional(request)};
  }

  reference::Program before_;
  reference::Program after_;
  review::Difference difference_;
};

}  // namespace

ProgramText Edited(const ProgramText& text, std::size_t number) {
  ProgramText after = text;
  const std::size_t at = number % after.sentences.size();
  auto& parts = after.sentences[at];
  if (number % 3 == 0 && after.sentences.size() > 1) {
    after.sentences.erase(after.sentences.begin() + static_cast<std::ptrdiff_t>(at));
  } else if (number % 3 == 1 && parts.size() > 1) {
    parts.erase(parts.begin() + static_cast<std::ptrdiff_t>(1 + number % (parts.size() - 1)));
  } else {
    after.sentences.push_back(text.others.at(number % text.others.size()));
  }
  return after;
}

std::optional<WrongAnswer> AskDifference(const ProgramText& before, const ProgramText& after,
                                         std::uint64_t seed, std::size_t requests,
                                         AskedCounts& counts,
                                         const std::vector<policy::Request>& more,
                                         const Misreading* misreading) {
  const Revision one(before, nullptr);
  const Revision other(after, misreading);
  if (!one.is_good() || !other.is_good()) return std::nullopt;
  ++counts.answers;
  std::vector<policy::Request> all = more;
  for (const Revision* revision : {&one, &other}) {
    reference::Random random(seed ^ 0xd1ffU);
    const reference::Program program = revision->program();
    reference::RequestMaker maker(program, before.partition, random);
    for (std::size_t i = 0; i < requests / 2; ++i) {
      for (policy::Request& leg : maker.Make().legs) all.push_back(std::move(leg));
    }
  }
  Comparison comparison(one, other);
  if (!comparison.is_decided()) ++counts.given_up;
  return comparison.Check(all, counts);
}

void MakeSmaller(ProgramText& before, ProgramText& after, std::uint64_t seed,
                 const WrongAnswer& wrong) {
  std::vector<policy::Request> more;
  if (wrong.request) more.push_back(*wrong.request);
  AskedCounts counts;
  const auto shows = [&](const ProgramText& one, const ProgramText& other) {
    return !one.sentences.empty() && !other.sentences.empty() &&
           AskDifference(one, other, seed, 0, counts, more).has_value();
  };
  // Sentences that both have go from both, and parts as well.
  for (std::size_t i = before.sentences.size(); i-- > 0;) {
    ProgramText one = before;
    ProgramText other = after;
    const auto same = std::ranges::find(other.sentences, before.sentences[i]);
    one.sentences.erase(one.sentences.begin() + static_cast<std::ptrdiff_t>(i));
    if (same == other.sentences.end()) continue;
    other.sentences.erase(same);
    if (!shows(one, other)) continue;
    before = one;
    after = other;
  }
}

}  // namespace writ::differential
