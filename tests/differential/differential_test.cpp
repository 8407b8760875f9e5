// The reference held against the documents that a build writes and against the proof: random
// programs, random requests inside and just outside of their sentences.
//
// WRIT_DIFFERENTIAL_PROGRAMS and WRIT_DIFFERENTIAL_SEED make a longer or another run; a seed that
// is printed with a disagreement gives the same program and the same requests again.
#include <atomic>
#include <cstdlib>
#include <iostream>
#include <map>
#include <mutex>
#include <set>
#include <thread>

#include <doctest/doctest.h>
#include <fmt/format.h>

#include "analysis/review/why.h"
#include "compiler/proof.h"
#include "differential/trial.h"
#include "facts/library/library.h"
#include "proof/reference/requests.h"
#include "proof/reference/sample.h"

namespace writ::differential {
namespace {

using reference::Asking;
using reference::Caller;
using reference::Random;
using reference::RequestMaker;

std::size_t Number(const char* name, std::size_t otherwise) {
  const char* text = std::getenv(name);
  return text == nullptr ? otherwise : std::strtoull(text, nullptr, 10);
}

struct Disagreement {
  std::uint64_t seed = 0;
  Caller caller;
  policy::Request request;
  bool with_anything = false;  ///< asked of a holder of anything, so that SCPs alone decide
  bool is_allowed = false;     ///< by the artifacts
  std::string reference;
};

std::string Words(const reference::Verdict& verdict) {
  std::string text = fmt::format("permitted {}, forbidden {}", reference::Name(verdict.permitted),
                                 reference::Name(verdict.forbidden));
  for (const auto* one : verdict.permits) text += "\n      + " + one->origin.sentence;
  for (const auto* one : verdict.prohibits) text += "\n      - " + one->origin.sentence;
  return text;
}

bool Disagrees(const Trial& trial, Disagreement& one) {
  const reference::Verdict verdict = reference::Decide(trial.program(), one.request);
  const auto expected = reference::Expected(verdict, one.with_anything);
  if (!expected) return false;
  one.is_allowed = one.with_anything
                       ? trial.artifacts().AllowsHolderOfAnything(one.caller, one.request)
                       : trial.artifacts().Allows(one.caller, one.request);
  one.reference = Words(verdict);
  return one.is_allowed != *expected;
}

/// What the resource is: "foundation-model (no region)".
std::string TypeOf(const std::string& resource) {
  std::size_t at = 0;
  for (int i = 0; i < 5 && at != std::string::npos; ++i) at = resource.find(':', at) + 1;
  const bool is_regionless = resource.find(":::") != std::string::npos;
  return resource.substr(at, resource.find('/', at) - at) + (is_regionless ? " (no region)" : "");
}

/// "may not invoke": the sentence's form.
std::string FormOf(std::string_view sentence) {
  for (const std::string_view modal :
       {" must use guardrail", " must use endpoint", " must use profile", " must satisfy",
        " may not ", " may "}) {
    const std::size_t at = sentence.find(modal);
    if (at == std::string_view::npos) continue;
    const bool is_duty = modal.starts_with(" must");
    const std::size_t verb = is_duty ? sentence.find(" to ") + 4 : at + modal.size();
    const bool forbids =
        sentence.starts_with("nobody") || sentence.starts_with("only") || modal == " may not ";
    return fmt::format("{} {}",
                       is_duty   ? modal.substr(1)
                       : forbids ? "may not"
                                 : "may",
                       sentence.substr(verb, sentence.find(' ', verb) - verb));
  }
  return "";
}

/// Disagreements of one group are probably one fault: "allow anyone: bedrock:Rerank on *, may not
/// invoke".
std::string GroupOf(const reference::Disagreement& one, std::string_view sentence) {
  const bool is_gov =
      one.request.resource.starts_with("arn:aws-") || one.request.principal.starts_with("arn:aws-");
  return fmt::format("{} {}: {} on {}{}{}, {}", one.is_allowed ? "allow" : "refuse",
                     one.holds_anything ? "anyone" : "holders", one.request.action,
                     TypeOf(one.request.resource), is_gov ? " (gov)" : "",
                     one.caller.empty() ? "" : " " + one.caller + " ", FormOf(sentence));
}

struct Counts {
  std::size_t programs = 0;
  std::size_t built = 0;
  std::size_t requests = 0;
  std::size_t decided = 0;  ///< not left open by the reference
  std::size_t granted = 0;
  std::size_t forbidden = 0;
  std::size_t closed = 0;  ///< refused in accounts that joined since, though nothing forbids it
  std::map<std::string, std::size_t> refused;
  std::map<std::string, std::size_t> forms;
};

struct Finding {
  std::uint64_t seed = 0;
  std::string text;  ///< of the program, made small
  std::string what;
  std::string group;  ///< findings that are probably one
};

/// The program with as few sentences and qualifiers as still show the disagreement.
ProgramText Smaller(ProgramText text, const Disagreement& found) {
  const auto shows = [&](const ProgramText& smaller) {
    const Trial trial(smaller);
    Disagreement again = found;
    return trial.outcome() == Trial::Outcome::kBuilt && Disagrees(trial, again) &&
           again.is_allowed == found.is_allowed;
  };
  for (std::size_t i = text.sentences.size(); i-- > 0;) {
    ProgramText without = text;
    without.sentences.erase(without.sentences.begin() + static_cast<std::ptrdiff_t>(i));
    if (!without.sentences.empty() && shows(without)) text = without;
  }
  for (std::size_t i = 0; i < text.sentences.size(); ++i) {
    for (std::size_t part = text.sentences[i].size(); part-- > 1;) {
      ProgramText without = text;
      auto& parts = without.sentences[i];
      parts.erase(parts.begin() + static_cast<std::ptrdiff_t>(part));
      if (shows(without)) text = without;
    }
  }
  return text;
}

std::string Sentences(const ProgramText& text) {
  std::string result;
  for (std::size_t i = 0; i < text.declarations.size(); ++i) {
    if (text.declarations[i].starts_with("team")) result += "    " + text.declarations[i] + "\n";
  }
  for (const auto& parts : text.sentences) {
    result += fmt::format("    {}\n", fmt::join(parts, " "));
  }
  return result;
}

constexpr std::size_t kRequests = 110;

void Run(std::uint64_t seed, std::size_t requests, Counts& counts, std::vector<Finding>& findings) {
  const ProgramText text = RandomProgram(seed);
  constexpr std::uint64_t kShrunk = 16;
  const Trial trial(text, seed % kShrunk == 0);
  ++counts.programs;
  if (trial.outcome() == Trial::Outcome::kRefused) {
    ++counts.refused[trial.why().empty() ? "without a code" : trial.why()];
    return;
  }
  if (trial.outcome() == Trial::Outcome::kRefuted) {
    findings.push_back({seed, Sentences(text), "not proved: " + trial.why(), "not proved"});
    return;
  }
  ++counts.built;
  const std::map<std::string, Forms> forms = trial.forms();
  Random random(seed ^ 0x5eedU);
  RequestMaker maker(trial.program(), text.partition, random);
  for (std::size_t i = 0; i < requests; ++i) {
    const Asking asking = maker.Make();
    if (const auto found = forms.find(asking.sentence->place); found != forms.end()) {
      for (const std::string& form : found->second) counts.forms[form] += asking.legs.size();
    }
    for (const policy::Request& leg : asking.legs) {
      for (const bool with_anything : {false, true}) {
        if (!reference::IsAskable(*asking.caller, with_anything)) continue;
        Disagreement one{seed, *asking.caller, leg, with_anything, false, ""};
        const bool disagrees = Disagrees(trial, one);
        if (with_anything) ++counts.requests;
        if (!one.reference.empty()) {
          ++counts.decided;
          counts.granted += one.is_allowed && !with_anything ? 1 : 0;
          counts.forbidden += !one.is_allowed && with_anything ? 1 : 0;
        }
        if (!disagrees) continue;
        if (!one.is_allowed && one.caller.unit) {
          ++counts.closed;
          continue;
        }
        const ProgramText small = Smaller(text, one);
        const Trial again(small);
        // What is too large without being made small is shown as it was found.
        const bool is_small = again.outcome() != Trial::Outcome::kRefused;
        const Trial& shown = is_small ? again : trial;
        (void)Disagrees(shown, one);
        findings.push_back(
            {seed, Sentences(small),
             fmt::format("artifacts {} {}: {}\n    reference: {}\n    documents: {}",
                         one.is_allowed ? "allow" : "refuse",
                         with_anything ? "a holder of anything" : "the caller",
                         review::RequestText(one.request), one.reference,
                         fmt::join(shown.artifacts().PathsFor(one.caller), ", ")),
             GroupOf(
                 {one.request, one.is_allowed, with_anything, reference::HoldsBy(one.caller), {}},
                 fmt::format("{}", fmt::join(small.sentences.front(), " ")))});
        return;  // one of a program is enough
      }
    }
  }
}

/// How many requests were asked of sentences of each form.
void PrintForms(const std::map<std::string, std::size_t>& forms) {
  std::cout << "requests asked by form of sentence:\n";
  std::string line;
  for (const auto& [form, count] : forms) {
    const std::string one = fmt::format("{}: {}", form, count);
    constexpr std::size_t kWidth = 110;
    if (line.size() + one.size() > kWidth) {
      std::cout << "  " << line << "\n";
      line.clear();
    }
    line += (line.empty() ? "" : "; ") + one;
  }
  std::cout << "  " << line << "\n";
}

TEST_CASE("reference and artifacts agree") {
  // Of a good half a tree is built; the others are refused with a code.
  constexpr std::size_t kPrograms = 1900;
  const std::size_t programs = Number("WRIT_DIFFERENTIAL_PROGRAMS", kPrograms);
  const std::size_t first = Number("WRIT_DIFFERENTIAL_SEED", 1);
  std::atomic<std::size_t> next{0};
  std::mutex guard;
  Counts total;
  std::map<std::uint64_t, std::vector<Finding>> found;
  const auto work = [&] {
    for (std::size_t i = next++; i < programs; i = next++) {
      Counts counts;
      std::vector<Finding> findings;
      Run(first + i, kRequests, counts, findings);
      const std::scoped_lock lock(guard);
      total.programs += counts.programs;
      total.built += counts.built;
      total.requests += counts.requests;
      total.decided += counts.decided;
      total.granted += counts.granted;
      total.forbidden += counts.forbidden;
      total.closed += counts.closed;
      for (const auto& [why, count] : counts.refused) total.refused[why] += count;
      for (const auto& [form, count] : counts.forms) total.forms[form] += count;
      if (!findings.empty()) found[first + i] = std::move(findings);
    }
  };
  std::vector<std::thread> threads;
  for (int i = 0; i < 2; ++i) threads.emplace_back(work);
  for (std::thread& one : threads) one.join();
  std::cout << fmt::format(
      "seeds {} to {}: {} programs, {} built; {} requests, {} decided, {} granted, {} forbidden\n",
      first, first + programs - 1, total.programs, total.built, total.requests, total.decided,
      total.granted, total.forbidden);
  // Documents may deny more in an account that joins, never less; how much more is watched.
  constexpr std::size_t kMostClosed = 3;
  std::cout << fmt::format("  {} refused in accounts that joined, which nothing forbids\n",
                           total.closed);
  CHECK(total.closed <= kMostClosed);
  for (const auto& [why, count] : total.refused) {
    std::cout << fmt::format("  refused {}: {}\n", why, count);
  }
  PrintForms(total.forms);
  // A long run meets every form that the language has.
  constexpr std::size_t kEnough = 1000;
  if (programs >= kEnough) {
    for (const std::string& form :
         AllForms(library::Library::BuiltIn(), catalog::Catalog::BuiltIn())) {
      CHECK_MESSAGE(total.forms.contains(form),
                    fmt::format("no request was asked of a sentence with {}", form));
    }
  }
  if (programs >= kPrograms) {
    constexpr std::size_t kAsked = 100'000;
    CHECK(total.built >= kEnough);
    CHECK(total.requests >= kAsked);
  }
  std::map<std::string, std::vector<const Finding*>> groups;
  for (const auto& [seed, findings] : found) {
    for (const Finding& one : findings) groups[one.group].push_back(&one);
  }
  for (const auto& [group, findings] : groups) {
    const Finding& one = *findings.front();
    std::cout << fmt::format("{} of {}\n  seed {}:\n{}    {}\n", findings.size(), group, one.seed,
                             one.text, one.what);
  }
  CHECK(groups.empty());
}

}  // namespace
}  // namespace writ::differential
