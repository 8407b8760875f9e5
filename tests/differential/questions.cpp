#include "differential/questions.h"

#include <algorithm>
#include <array>
#include <deque>
#include <set>
#include <sstream>

#include <fmt/format.h>

#include "analysis/access/access.h"
#include "analysis/access/later.h"
#include "analysis/review/why.h"
#include "compiler/proof.h"
#include "compiler/stages.h"
#include "facts/library/library.h"
#include "host/memory_file_system.h"
#include "iam/decide/sendable.h"
#include "iam/policy/document.h"
#include "proof/reference/questions.h"
#include "proof/reference/request.h"

namespace writ::differential {
namespace {

using access::Reply;
using access::Shown;
using intent::Question;
using reference::Answer;
using reference::Means;

constexpr const char* kDay = "2026-11-29";

/// One question in all its readings; those that the language refuses are not there.
struct Readings {
  const Question* assert_can = nullptr;
  const Question* assert_cannot = nullptr;
  const Question* allow = nullptr;
  const Question* deny = nullptr;
  const Question* deny_everyone = nullptr;
};

std::string Rest(const QuestionText& question) {
  std::string text = question.action;
  for (const std::string& one : question.qualifiers) text += " " + one;
  return text;
}

/// A program with its questions, as far as the language takes them.
class Understood {
 public:
  Understood(const ProgramText& text, const Misreading* misreading) {
    std::set<std::size_t> refused;
    constexpr int kMostTries = 4;
    for (int i = 0; i < kMostTries && !Read(text, refused); ++i) {
    }
    if (!is_good_) return;
    Collect(text);
    misread_ = run_->meaning.model;
    if (misreading != nullptr) (*misreading)(misread_);
  }

  [[nodiscard]] bool is_good() const { return is_good_; }
  [[nodiscard]] const std::vector<Readings>& readings() const { return readings_; }
  [[nodiscard]] const intent::Model& model() const { return run_->meaning.model; }
  [[nodiscard]] reference::Program program() const {
    return {model(), run_->compilation.catalog(), run_->meaning.bindings};
  }
  [[nodiscard]] access::Facts facts() const {
    return {{misread_, run_->compilation.catalog(), run_->meaning.bindings},
            library::Library::BuiltIn(),
            kDay};
  }

 private:
  static constexpr std::size_t kWays = 5;

  struct Run {
    explicit Run(const ProgramText& program, const std::string& text)
        : files({{"p/main.writ", text}, {"p/writ.bindings.json", program.bindings}}),
          environment{.files = files, .in = in, .out = out, .err = err, .today = {2026, 11, 29}} {}
    host::MemoryFileSystem files;
    std::istringstream in;
    std::ostringstream out;
    std::ostringstream err;
    host::Environment environment;
    compiler::Compilation compilation{environment};
    compiler::Bound meaning;
  };

  /// False if it is worth another try without what was refused.
  bool Read(const ProgramText& program, std::set<std::size_t>& refused) {
    std::string text = program.Text();
    first_line_ = static_cast<std::size_t>(std::ranges::count(text, '\n')) + 1;
    for (std::size_t i = 0; i < program.questions.size() * kWays; ++i) {
      const QuestionText& question = program.questions[i / kWays];
      const std::string& who = question.subject;
      const std::string rest = Rest(question);
      const std::array<std::string, kWays> lines = {
          fmt::format("assert {} can {}", who, rest), fmt::format("assert {} cannot {}", who, rest),
          fmt::format("test \"t{}\" {{ allow {} {} }}", i, who, rest),
          fmt::format("test \"t{}\" {{ deny {} {} }}", i, who, rest),
          fmt::format("test \"t{}\" {{ deny everyone {} }}", i, rest)};
      text += (refused.contains(i) ? "//" : lines.at(i % kWays)) + "\n";
    }
    run_ = std::make_unique<Run>(program, text);
    run_->meaning = compiler::Compile<compiler::Bound>({{"p"}}, run_->compilation);
    if (run_->compilation.findings.has_errors()) {
      bool is_new = false;
      for (const diag::Diagnostic& one : run_->compilation.findings.all()) {
        if (one.severity != diag::Severity::kError || !one.span.valid()) continue;
        const auto line = static_cast<std::size_t>(
            std::count(text.begin(), text.begin() + one.span.begin, '\n') + 1);
        is_new = (line >= first_line_ && refused.insert(line - first_line_).second) || is_new;
      }
      return !is_new;
    }
    is_good_ = !run_->meaning.stop;
    return true;
  }

  void Collect(const ProgramText& program) {
    readings_.resize(program.questions.size());
    for (const auto* list : {&model().assertions, &model().tests}) {
      for (const Question& question : *list) {
        const std::string& place = question.origin.place;
        const std::size_t colon = place.find(':') + 1;
        const std::size_t line = std::stoul(place.substr(colon)) - first_line_;
        Readings& all = readings_.at(line / kWays);
        const std::array<const Question**, kWays> slots = {
            &all.assert_can, &all.assert_cannot, &all.allow, &all.deny, &all.deny_everyone};
        *slots.at(line % kWays) = &question;
      }
    }
  }

  std::unique_ptr<Run> run_;
  intent::Model misread_;
  std::size_t first_line_ = 0;
  bool is_good_ = false;
  std::vector<Readings> readings_;
};

struct Leg {
  policy::Request request;
  std::optional<intent::AccountIndex> account;
};

/// A request from an account that joined since.
struct JoinedLeg {
  policy::Request request;
  access::ToCome place;
};

/// The program once an account has joined, as the component is told it.
struct Joined {
  Joined(const access::Facts& facts, const access::ToCome& place)
      : model(access::WithAccount(facts.program.model, place)),
        access({{*model, facts.program.catalog, facts.program.bindings},
                facts.library,
                facts.day,
                access::Standing::kJoining}) {}
  std::unique_ptr<intent::Model> model;
  access::Access access;
};

class Examiner {
 public:
  Examiner(const Understood& program, std::map<std::string, AskedCounts>& counts)
      : understood_(program),
        program_(program.program()),
        access_(program.facts()),
        counts_(counts) {}

  void Make(std::uint64_t seed, const std::string& partition, std::size_t requests,
            const std::vector<policy::Request>& more) {
    // Requests are made for the questions as they are for sentences.
    intent::Model asked = understood_.model();
    for (const Readings& one : understood_.readings()) {
      if (one.allow != nullptr) asked.permissions.push_back(*one.allow->can);
      if (one.deny != nullptr) asked.prohibitions.push_back(*one.deny->cannot);
    }
    reference::Random random(seed ^ 0xa5cU);
    const reference::Program wider{asked, program_.catalog, program_.bindings};
    reference::RequestMaker maker(wider, partition, random);
    for (std::size_t i = 0; i < requests; ++i) {
      for (policy::Request& leg : maker.Make().legs) Add(std::move(leg));
    }
    // Few are from accounts that join.
    constexpr std::size_t kMore = 4;
    for (std::size_t i = 0; i < kMore * requests && joined_.size() < kMostJoined; ++i) {
      for (policy::Request& leg : maker.Make().legs) AddJoined(std::move(leg));
    }
    for (const policy::Request& one : more) Add(one);
  }

  std::optional<WrongAnswer> AskAll(const ProgramText& text, const std::string& only) {
    const auto wants = [&](std::string_view kind) { return only.empty() || only == kind; };
    for (std::size_t i = 0; i < text.questions.size(); ++i) {
      const Readings& all = understood_.readings()[i];
      question_ = &text.questions[i];
      if (wants("assert can") && all.assert_can != nullptr) Decides("assert can", *all.assert_can);
      if (wants("assert cannot") && all.assert_cannot != nullptr) {
        Decides("assert cannot", *all.assert_cannot);
      }
      if (wants("test allow") && all.allow != nullptr) Decides("test allow", *all.allow);
      if (wants("test deny") && all.deny != nullptr) Decides("test deny", *all.deny);
      if (wants("can") && all.allow != nullptr) Can(*all.allow, all.deny);
      if (wants("who") && all.deny_everyone != nullptr) Who(*all.deny_everyone);
      if (wrong_) return wrong_;
    }
    static const QuestionText nothing;
    question_ = &nothing;
    if (wants("explain")) Explain();
    if (wants("explain")) ExplainJoined();
    return wrong_;
  }

 private:
  static constexpr std::size_t kMostJoined = 24;

  void AddJoined(policy::Request request) {
    const reference::Asked asked = reference::TakeApart(request);
    const policy::ContextKey* path = asked.Find("aws:PrincipalOrgPaths");
    const auto& accounts = program_.model.organization.accounts;
    const bool is_listed =
        std::ranges::find(accounts, asked.account, &intent::Account::id) != accounts.end();
    if (is_listed || path == nullptr || path->values.size() != 1) return;
    const std::vector<access::ToCome> places =
        access::PlacesAt(program_.model.organization, asked.account, path->values.front());
    if (places.size() == 1) joined_.push_back({std::move(request), places.front()});
  }

  void Add(policy::Request request) {
    const reference::Asked asked = reference::TakeApart(request);
    Leg leg{std::move(request), std::nullopt};
    std::string account = asked.account;
    if (account.empty() && asked.resource) account = asked.resource->account;
    const auto& accounts = program_.model.organization.accounts;
    for (std::uint32_t i = 0; i < accounts.size(); ++i) {
      if (accounts[i].id == account) leg.account = intent::AccountIndex{i};
    }
    if (leg.account) {
      legs_.push_back(std::move(leg));
    } else if (joined_.size() < kMostJoined) {
      AddJoined(std::move(leg.request));
    }
  }

  void Wrong(const std::string& kind, std::string what, const policy::Request& request,
             bool is_own) {
    if (wrong_) return;
    const reference::Verdict verdict = reference::Decide(program_, request);
    what += fmt::format("\n    {}\n    reference: permitted {}, forbidden {}; the caller {}",
                        review::RequestText(request), reference::Name(verdict.permitted),
                        reference::Name(verdict.forbidden),
                        reference::HoldsNothingElse(program_.model, request)
                            ? "holds what the program grants"
                            : "may hold anything");
    wrong_ = WrongAnswer{kind, *question_, std::move(what),
                         is_own ? std::nullopt : std::optional(request)};
  }

  [[nodiscard]] Answer MeansIt(const Question& question, const policy::Request& request) const {
    return Means(program_, question, request, kDay);
  }
  /// By what the program grants, not by what else the caller may hold.
  [[nodiscard]] bool IsSure(const policy::Request& request) const {
    return reference::HoldsNothingElse(program_.model, request);
  }

  /// What an answer shows must be so.
  void Show(const std::string& kind, const Question* question, const Shown& shown, bool passes) {
    ++counts_[kind].checks;
    for (const std::string& fault : decide::FaultsOf(shown.request, program_.catalog)) {
      Wrong(kind, "shows a request that nobody can send: " + fault, shown.request, true);
    }
    // The reference knows the accounts of today only.
    if (!shown.caller.joins.empty()) return;
    if (question != nullptr && MeansIt(*question, shown.request) == Answer::kNo) {
      Wrong(kind, "shows a request that is not asked about", shown.request, true);
    }
    const auto so = reference::Passes(program_, shown.request);
    if (so && *so != passes) {
      Wrong(kind,
            fmt::format("shows a request that {}, and it {}", passes ? "passes" : "is refused",
                        passes ? "is refused" : "passes"),
            shown.request, true);
    }
    Judged(kind, shown.caller.account, shown.request, shown.judgement, true);
  }

  void Judged(const std::string& kind, intent::AccountIndex /*account*/,
              const policy::Request& request, const access::Judgement& judgement, bool is_own) {
    const reference::Verdict verdict = reference::Decide(program_, request);
    const auto so = reference::Passes(program_, request);
    if (so && judgement.is_granted != *so) {
      Wrong(kind, fmt::format("is judged {}", judgement.is_granted ? "granted" : "refused"),
            request, is_own);
    }
    if (judgement.may_hold_anything == IsSure(request)) {
      Wrong(kind,
            fmt::format("the caller is said {} hold anything",
                        judgement.may_hold_anything ? "to be able to" : "not to"),
            request, is_own);
    }
    const auto among = [](const auto& list, const std::string& place) {
      return std::ranges::any_of(
          list, [&](const intent::Origin* origin) { return origin->place == place; });
    };
    for (const intent::Permission& one : program_.model.permissions) {
      const Answer answer = reference::Permits(program_, one, request);
      if (answer == Answer::kOpen) continue;
      if ((answer == Answer::kYes) != among(judgement.granting, one.origin.place) &&
          judgement.owner.empty()) {
        Wrong(kind,
              fmt::format("`{}` is {}named as granting", one.origin.sentence,
                          answer == Answer::kYes ? "not " : ""),
              request, is_own);
      }
    }
    for (const intent::Origin* origin : judgement.forbidding) {
      const bool may = std::ranges::any_of(
          verdict.prohibits, [&](const auto* one) { return one->origin.place == origin->place; });
      if (!may) {
        Wrong(kind, fmt::format("`{}` is named as forbidding", origin->sentence), request, is_own);
      }
    }
    for (const intent::Prohibition& one : program_.model.prohibitions) {
      if (reference::Forbids(program_, one, request) == Answer::kYes &&
          !among(judgement.forbidding, one.origin.place)) {
        Wrong(kind, fmt::format("`{}` is not named as forbidding", one.origin.sentence), request,
              is_own);
      }
    }
  }

  void Decides(const std::string& kind, const Question& question) {
    const access::Answer answer = access_.Decide(question);
    AskedCounts& counts = counts_[kind];
    ++counts.answers;
    const bool can = question.can.has_value();
    switch (answer.kind) {
      case access::Answer::Kind::kGivenUp:
        ++counts.given_up;
        return;
      case access::Answer::Kind::kFails:
        if (can && IsSure(answer.shown->request)) {
          Show(kind, &question, *answer.shown, false);
        } else if (can) {
          Judged(kind, answer.shown->caller.account, answer.shown->request, answer.shown->judgement,
                 true);
        } else {
          Show(kind, &question, *answer.shown, true);
        }
        return;
      case access::Answer::Kind::kHolds:
      case access::Answer::Kind::kAsksNothing:
        break;
    }
    for (const Leg& leg : legs_) {
      if (MeansIt(question, leg.request) != Answer::kYes) continue;
      ++counts.checks;
      if (answer.kind == access::Answer::Kind::kAsksNothing) {
        Wrong(kind, "is said to ask nothing", leg.request, false);
        return;
      }
      const auto so = reference::Passes(program_, leg.request);
      if (can && (!IsSure(leg.request) || (so && !*so))) {
        Wrong(kind, "is said to hold", leg.request, false);
      }
      if (!can && so && *so) Wrong(kind, "is said to hold", leg.request, false);
    }
    for (const JoinedLeg& leg : joined_) {
      if (MeansIt(question, leg.request) != Answer::kYes) continue;
      ++counts.checks;
      const auto so = reference::Passes(program_, leg.request);
      const bool is_against = can ? !IsSure(leg.request) || (so && !*so) : so && *so;
      if (is_against) Wrong(kind, "is said to hold where accounts join", leg.request, false);
    }
  }

  [[nodiscard]] std::vector<std::string> LabelsOf(const Leg& leg) const {
    const reference::Asked asked = reference::TakeApart(leg.request);
    if (asked.caller_arn.empty()) return {};
    return access::LabelsOf(access_.names(), *leg.account, asked.caller_arn, leg.request.context);
  }

  void Can(const Question& least, const Question* widest) {
    const Reply reply = access_.Can(least, widest);
    AskedCounts& counts = counts_["can"];
    ++counts.answers;
    if (reply.kind == Reply::Kind::kGivenUp) ++counts.given_up;
    for (const access::Part& part : reply.parts) {
      if (part.granted) Show("can", &least, *part.granted, true);
      if (part.refused) Show("can", &least, *part.refused, false);
    }
    for (const Shown& one : reply.otherwise) Show("can", widest, one, true);
    for (const Leg& leg : legs_) {
      const bool is_least = MeansIt(least, leg.request) == Answer::kYes;
      const bool is_way = widest != nullptr && MeansIt(*widest, leg.request) == Answer::kYes &&
                          IsToday(*widest, leg.request);
      if (!is_least && !is_way) continue;
      ++counts.checks;
      const auto so = reference::Passes(program_, leg.request);
      const bool is_yes = reply.kind == Reply::Kind::kYes;
      const bool is_no = reply.kind == Reply::Kind::kNo;
      if (is_least && reply.kind == Reply::Kind::kAsksNothing) {
        Wrong("can", "is said to ask nothing", leg.request, false);
      }
      if (is_least && is_yes && (!IsSure(leg.request) || (so && !*so))) {
        Wrong("can", "the answer is yes", leg.request, false);
      }
      if (is_no && so && *so) Wrong("can", "the answer is no", leg.request, false);
      if (is_least && so) PartsAgree(reply, leg, *so);
    }
    for (const JoinedLeg& leg : joined_) {
      if (MeansIt(least, leg.request) != Answer::kYes) continue;
      ++counts.checks;
      const auto so = reference::Passes(program_, leg.request);
      if (reply.kind == Reply::Kind::kYes && (!IsSure(leg.request) || (so && !*so))) {
        Wrong("can", "the answer is yes where accounts join", leg.request, false);
      }
      if (reply.kind == Reply::Kind::kNo && so && *so) {
        Wrong("can", "the answer is no where accounts join", leg.request, false);
      }
    }
  }

  static bool IsToday(const Question& question, const policy::Request& request) {
    const intent::Period& period = question.cannot->period;
    if (period.from || period.until) return true;
    const auto now = reference::TakeApart(request).Value("aws:CurrentTime");
    return now && now->starts_with(kDay) && now->ends_with("Z");
  }

  /// Where a part speaks of all that is asked of the leg's caller.
  void PartsAgree(const Reply& reply, const Leg& leg, bool passes) {
    const std::vector<std::string> labels = LabelsOf(leg);
    if (labels.size() != 1) return;
    for (const access::Part& part : reply.parts) {
      if (!part.what.empty() || part.caller.label != labels.front() ||
          part.caller.account != *leg.account) {
        continue;
      }
      // A team may be bound in several ways; a part is of one.
      const bool is_only =
          std::ranges::count_if(reply.parts, [&](const access::Part& other) {
            return other.caller.label == labels.front() && other.caller.account == *leg.account;
          }) == 1;
      if (!is_only) return;
      if (part.kind == access::Part::Kind::kAll && !passes) {
        Wrong("can", fmt::format("{} is said to be granted all", labels.front()), leg.request,
              false);
      }
      if (part.kind == access::Part::Kind::kNone && passes) {
        Wrong("can", fmt::format("{} is said to be granted nothing", labels.front()), leg.request,
              false);
      }
    }
  }

  void Who(const Question& widest) {
    const access::Listing listing = access_.Who(widest);
    AskedCounts& counts = counts_["who"];
    ++counts.answers;
    if (!listing.given_up.empty()) ++counts.given_up;
    for (const access::Able& one : listing.able) {
      Show("who", one.through.empty() ? &widest : nullptr, one.shown, true);
    }
    for (const Leg& leg : legs_) {
      if (MeansIt(widest, leg.request) != Answer::kYes) continue;
      ++counts.checks;
      const auto so = reference::Passes(program_, leg.request);
      if (!so || !*so) continue;
      const std::vector<std::string> labels = LabelsOf(leg);
      const auto is_named = [&](const access::Caller& caller) {
        if (caller.account != *leg.account) return false;
        return std::ranges::find(labels, caller.label) != labels.end() ||
               (!IsSure(leg.request) && caller.label == access::kAnyoneElse);
      };
      const bool is_listed =
          std::ranges::any_of(listing.able,
                              [&](const auto& one) { return is_named(one.shown.caller); }) ||
          std::ranges::any_of(listing.given_up,
                              [&](const auto& one) { return is_named(one.caller); });
      if (!is_listed) {
        Wrong("who", fmt::format("{} is not listed", fmt::join(labels, ", ")), leg.request, false);
      }
    }
    for (const JoinedLeg& leg : joined_) {
      if (MeansIt(widest, leg.request) != Answer::kYes || IsSure(leg.request)) continue;
      ++counts.checks;
      const auto so = reference::Passes(program_, leg.request);
      const auto joins = [](const access::Caller& caller) { return !caller.joins.empty(); };
      const bool is_listed =
          std::ranges::any_of(listing.able,
                              [&](const auto& one) {
                                return joins(one.shown.caller) &&
                                       one.shown.caller.may_hold_anything;
                              }) ||
          std::ranges::any_of(listing.given_up, [&](const auto& one) { return joins(one.caller); });
      if (so && *so && !is_listed) Wrong("who", "nobody who joins is listed", leg.request, false);
    }
  }

  /// The user whose rights a session for a federated user has: they are named alike.
  [[nodiscard]] std::optional<intent::Principal> UserOf(intent::AccountIndex account,
                                                        const std::string& arn) const {
    const std::string id = program_.model.organization.accounts.at(account.value).id;
    for (const auto& holder : access_.names().granted) {
      for (const intent::Principal& one : holder.principals) {
        const std::string name = one.value.substr(one.value.rfind('/') + 1);
        if (one.kind == intent::Principal::Kind::kUser &&
            arn.ends_with(fmt::format(":sts::{}:federated-user/{}", id, name))) {
          return one;
        }
      }
    }
    return std::nullopt;
  }

  void Explain() {
    AskedCounts& counts = counts_["explain"];
    for (const Leg& leg : legs_) {
      ++counts.answers;
      ++counts.checks;
      const std::string arn = reference::TakeApart(leg.request).caller_arn;
      const policy::Request request =
          arn.empty() ? leg.request : access_.As(*leg.account, arn, leg.request);
      Judged("explain", *leg.account, request,
             access_.Decide(*leg.account, request, UserOf(*leg.account, arn)), false);
      if (wrong_) return;
    }
  }

  /// One request from an account that joined: what forbids it, and what reaches its caller.
  void ExplainJoined() {
    AskedCounts& counts = counts_["explain"];
    for (const JoinedLeg& leg : joined_) {
      std::unique_ptr<Joined>& at = later_[leg.place];
      if (!at) at = std::make_unique<Joined>(understood_.facts(), leg.place);
      const intent::AccountIndex last{
          static_cast<std::uint32_t>(at->model->organization.accounts.size() - 1)};
      const std::string arn = reference::TakeApart(leg.request).caller_arn;
      const policy::Request request = at->access.As(last, arn, leg.request);
      const access::Judgement judgement = at->access.Decide(last, request);
      ++counts.answers;
      ++counts.checks;
      JudgedJoined(request, judgement);
      if (wrong_) return;
    }
  }

  void JudgedJoined(const policy::Request& request, const access::Judgement& judgement) {
    const auto among = [](const auto& list, const std::string& place) {
      return std::ranges::any_of(
          list, [&](const intent::Origin* origin) { return origin->place == place; });
    };
    for (const intent::Prohibition& one : program_.model.prohibitions) {
      const Answer forbids = reference::Forbids(program_, one, request);
      const bool is_named = among(judgement.forbidding, one.origin.place);
      if (forbids != Answer::kOpen && is_named != (forbids == Answer::kYes)) {
        Wrong("explain",
              fmt::format("`{}` is {}named as forbidding where accounts join", one.origin.sentence,
                          is_named ? "" : "not "),
              request, false);
      }
    }
    // Policies of roles and users are attached account by account (docs/meaning.md, "Principals").
    const bool is_of_set = request.principal.find("AWSReservedSSO_") != std::string::npos;
    for (const intent::Permission& one : program_.model.permissions) {
      const bool may_grant = is_of_set && reference::Permits(program_, one, request) != Answer::kNo;
      if (!may_grant && among(judgement.granting, one.origin.place)) {
        Wrong("explain",
              fmt::format("`{}` is named as granting where accounts join", one.origin.sentence),
              request, false);
      }
    }
    const auto so = reference::Passes(program_, request);
    if (so && judgement.is_granted != *so) {
      Wrong("explain",
            fmt::format("is judged {} where accounts join",
                        judgement.is_granted ? "granted" : "refused"),
            request, false);
    }
  }

  const Understood& understood_;
  reference::Program program_;
  access::Access access_;
  std::map<std::string, AskedCounts>& counts_;
  std::vector<Leg> legs_;
  std::vector<JoinedLeg> joined_;
  std::map<access::ToCome, std::unique_ptr<Joined>> later_;
  const QuestionText* question_ = nullptr;
  std::optional<WrongAnswer> wrong_;
};

}  // namespace

std::optional<WrongAnswer> AskQuestions(const ProgramText& text, std::uint64_t seed,
                                        std::size_t requests,
                                        std::map<std::string, AskedCounts>& counts,
                                        const std::vector<policy::Request>& more,
                                        const std::string& only, const Misreading* misreading) {
  const Understood understood(text, misreading);
  if (!understood.is_good()) return std::nullopt;
  Examiner examiner(understood, counts);
  examiner.Make(seed, text.partition, requests, more);
  return examiner.AskAll(text, only);
}

ProgramText SmallerQuestion(ProgramText text, std::uint64_t seed, const WrongAnswer& wrong) {
  text.questions = {wrong.question};
  std::vector<policy::Request> more;
  if (wrong.request) more.push_back(*wrong.request);
  std::map<std::string, AskedCounts> counts;
  const auto shows = [&](const ProgramText& smaller) {
    const auto again = AskQuestions(smaller, seed, 0, counts, more, wrong.kind);
    return again && again->kind == wrong.kind;
  };
  for (std::size_t i = text.sentences.size(); i-- > 0;) {
    ProgramText without = text;
    without.sentences.erase(without.sentences.begin() + static_cast<std::ptrdiff_t>(i));
    if (shows(without)) text = without;
  }
  for (std::size_t i = 0; i < text.sentences.size(); ++i) {
    for (std::size_t part = text.sentences[i].size(); part-- > 1;) {
      ProgramText without = text;
      auto& parts = without.sentences[i];
      parts.erase(parts.begin() + static_cast<std::ptrdiff_t>(part));
      if (shows(without)) text = without;
    }
  }
  for (std::size_t part = text.questions.front().qualifiers.size(); part-- > 0;) {
    ProgramText without = text;
    auto& parts = without.questions.front().qualifiers;
    parts.erase(parts.begin() + static_cast<std::ptrdiff_t>(part));
    if (shows(without)) text = without;
  }
  return text;
}

}  // namespace writ::differential
