#include "program/sema/regex_check.h"

#include <algorithm>
#include <array>
#include <vector>

namespace writ::sema {
namespace {

/// One pass over the text; groups are a stack of their opening offsets.
class Scanner {
 public:
  explicit Scanner(std::string_view regex) : regex_(regex) {}

  std::optional<RegexFault> Run() {
    while (!fault_ && at_ < regex_.size()) Step();
    if (!fault_ && !groups_.empty()) Malformed(groups_.back(), at_, "this group is not closed");
    return fault_;
  }

 private:
  void Step() {
    switch (regex_[at_]) {
      case '\\':
        Escape();
        break;
      case '[':
        Class();
        break;
      case '(':
        Group();
        break;
      case ')':
        if (groups_.empty()) return Malformed(at_, at_ + 1, "nothing opens this group");
        groups_.pop_back();
        Item(1);
        break;
      case '*':
      case '+':
      case '?':
        Quantifier(1);
        break;
      case '{':
        Braces();
        break;
      case '|':
      case '^':
        can_repeat_ = false;
        ++at_;
        break;
      default:
        Item(1);
    }
  }

  /// Something that a quantifier may follow.
  void Item(std::size_t length) {
    at_ += length;
    can_repeat_ = true;
  }

  void Escape() {
    if (at_ + 1 == regex_.size()) {
      return Malformed(at_, at_ + 1, "nothing follows the backslash");
    }
    Item(2);
  }

  void Class() {
    std::size_t end = at_ + 1;
    if (end < regex_.size() && regex_[end] == '^') ++end;
    if (end < regex_.size() && regex_[end] == ']') ++end;  // literal in first place
    while (end < regex_.size() && regex_[end] != ']') end += regex_[end] == '\\' ? 2U : 1U;
    if (end >= regex_.size()) return Malformed(at_, regex_.size(), "this class is not closed");
    Item(end + 1 - at_);
  }

  void Group() {
    static constexpr std::array<std::string_view, 4> kLooks = {"(?=", "(?!", "(?<=", "(?<!"};
    for (const std::string_view look : kLooks) {
      if (regex_.substr(at_).starts_with(look)) {
        fault_ = RegexFault{true, at_, at_ + look.size(), {}};
        return;
      }
    }
    groups_.push_back(at_);
    can_repeat_ = false;
    ++at_;
    if (at_ < regex_.size() && regex_[at_] == '?') ++at_;  // (?: (?i) (?<name>
  }

  void Quantifier(std::size_t length) {
    if (!can_repeat_) return Malformed(at_, at_ + length, "there is nothing to repeat");
    at_ += length;
    // Lazy and possessive forms.
    if (at_ < regex_.size() && (regex_[at_] == '?' || regex_[at_] == '+')) ++at_;
    can_repeat_ = false;
  }

  /// `{2}`, `{2,}`, `{2,5}`; any other brace is a character in most dialects.
  void Braces() {
    const std::size_t low_begin = at_ + 1;
    const std::size_t low_end = Digits(low_begin);
    std::size_t end = low_end;
    std::string_view high;
    if (end < regex_.size() && regex_[end] == ',') {
      const std::size_t high_begin = end + 1;
      end = Digits(high_begin);
      high = regex_.substr(high_begin, end - high_begin);
    }
    if (low_end == low_begin || end >= regex_.size() || regex_[end] != '}') return Item(1);
    if (!high.empty() && Less(high, regex_.substr(low_begin, low_end - low_begin))) {
      return Malformed(at_, end + 1, "the range counts down");
    }
    Quantifier(end + 1 - at_);
  }

  [[nodiscard]] std::size_t Digits(std::size_t from) const {
    while (from < regex_.size() && regex_[from] >= '0' && regex_[from] <= '9') ++from;
    return from;
  }

  /// Of numbers written in digits, of any length.
  static bool Less(std::string_view one, std::string_view other) {
    one.remove_prefix(std::min(one.find_first_not_of('0'), one.size()));
    other.remove_prefix(std::min(other.find_first_not_of('0'), other.size()));
    return one.size() != other.size() ? one.size() < other.size() : one < other;
  }

  void Malformed(std::size_t begin, std::size_t end, std::string_view reason) {
    fault_ = RegexFault{false, begin, end, std::string(reason)};
  }

  std::string_view regex_;
  std::size_t at_ = 0;
  bool can_repeat_ = false;
  std::vector<std::size_t> groups_;
  std::optional<RegexFault> fault_;
};

}  // namespace

std::optional<RegexFault> CheckRegex(std::string_view regex) { return Scanner(regex).Run(); }

}  // namespace writ::sema
