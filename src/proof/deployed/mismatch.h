// Where a file of a tree that is no policy says something else than it should.
#pragma once

#include <string>

#include "program/intent/model.h"

namespace writ::deployed {

struct Mismatch {
  std::string path;
  std::string what;                          ///< differs, in words
  const intent::Origin* sentence = nullptr;  ///< that is responsible, if one is known
};

}  // namespace writ::deployed
