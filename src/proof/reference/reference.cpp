#include "proof/reference/reference.h"

#include "proof/reference/request.h"

namespace writ::reference {

std::string_view Name(Answer answer) {
  switch (answer) {
    case Answer::kNo:
      return "no";
    case Answer::kOpen:
      return "open";
    case Answer::kYes:
      return "yes";
  }
  return "";
}

Verdict Decide(const Program& program, const policy::Request& request) {
  Verdict verdict;
  for (const intent::Permission& one : program.model.permissions) {
    const Answer answer = Permits(program, one, request);
    if (answer != Answer::kNo) verdict.permits.push_back(&one);
    verdict.permitted = Either(verdict.permitted, answer);
  }
  for (const intent::Prohibition& one : program.model.prohibitions) {
    const Answer answer = Forbids(program, one, request);
    if (answer != Answer::kNo) verdict.prohibits.push_back(&one);
    verdict.forbidden = Either(verdict.forbidden, answer);
  }
  return verdict;
}

}  // namespace writ::reference
