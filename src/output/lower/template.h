// Templates of the library, "arn:{partition}:bedrock:{region}::foundation-model/{model}", and what
// one call puts in their places.
#pragma once

#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace writ::lower {

/// Placeholder → the texts it stands for. One with several texts makes a list of filled templates.
class Places {
 public:
  void Set(std::string_view placeholder, std::string text) {
    Set(placeholder, std::vector<std::string>{std::move(text)});
  }
  void Set(std::string_view placeholder, std::vector<std::string> texts);
  [[nodiscard]] const std::vector<std::string>* Find(std::string_view placeholder) const;

 private:
  std::vector<std::pair<std::string_view, std::vector<std::string>>> places_;
};

/// Whether places of `text` are still to be filled. ARNs have no braces of their own but variables.
[[nodiscard]] bool IsTemplate(std::string_view text);

/// All fillings of `text`, in order of the places' texts. A placeholder that is not set is our bug.
[[nodiscard]] std::vector<std::string> Fill(std::string_view text, const Places& places);
/// The fillings of all `texts`, sorted, each once.
[[nodiscard]] std::vector<std::string> FillAll(const std::vector<std::string>& texts,
                                               const Places& places);

/// Sorted, each once, without ARN patterns that match only what another one matches too (segment by
/// segment; `?` is not read). Quadratic.
[[nodiscard]] std::vector<std::string> WithoutCovered(std::vector<std::string> arns);

}  // namespace writ::lower
