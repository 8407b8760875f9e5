// What is refused, at the limit and one beyond it.
#include <string>

#include <doctest/doctest.h>

#include "base/diag/codes/policy.h"
#include "unit/analysis/snapshot/reading.h"

namespace writ::snapshot {
namespace {

const std::string kDocument =
    R"({"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":"s3:*","Resource":"*"}]})";

TEST_CASE("bytes of a file") {
  ReadOptions options;
  options.limits.file_bytes = kDocument.size();
  CHECK(ReadAll({{"a.json", kDocument}}, options).codes().empty());
  const ReadFiles large = ReadAll({{"a.json", kDocument + " "}}, options);
  CHECK(large.codes() == std::vector<int>{diag::kSnapshotTooLarge.number});
  CHECK(large.snapshot.documents.empty());
}

TEST_CASE("depth") {
  const auto nested = [](std::size_t levels) {
    // Members that a format does not know are ignored, however deep.
    return R"({"RoleDetailList":[],"New":)" + std::string(levels - 1, '[') +
           std::string(levels - 1, ']') + "}";
  };
  ReadOptions options;
  CHECK(ReadAll({{"a.json", nested(options.limits.depth)}}).codes().empty());
  CHECK(ReadAll({{"a.json", nested(options.limits.depth + 1)}}).codes() ==
        std::vector<int>{diag::kSnapshotTooDeep.number});
}

TEST_CASE("files") {
  ReadOptions options;
  options.limits.files = 2;
  const std::string other = R"({"RoleDetailList":[]})";
  CHECK(ReadAll({{"a.json", kDocument}, {"b.json", other}}, options).codes().empty());
  const ReadFiles many =
      ReadAll({{"a.json", kDocument}, {"b.json", other}, {"c.json", other}}, options);
  CHECK(many.codes() == std::vector<int>{diag::kSnapshotTooManyFiles.number});
  CHECK(many.snapshot.documents.empty());
}

TEST_CASE("documents") {
  ReadOptions options;
  options.limits.documents = 2;
  const std::string two = "[" + kDocument + "," + kDocument + "]";
  CHECK(ReadAll({{"a.json", two}}, options).codes().empty());
  const std::string four =
      "[" + kDocument + "," + kDocument + "," + kDocument + "," + kDocument + "]";
  CHECK(ReadAll({{"a.json", four}}, options).codes() ==
        std::vector<int>{diag::kSnapshotTooManyDocuments.number});
}

TEST_CASE("texts that are no JSON") {
  CHECK(ReadAll({{"a.json", R"({"RoleDetailList":[})"}}).codes() ==
        std::vector<int>{diag::kSnapshotNotJson.number});
  CHECK(ReadAll({{"a.json", R"({"Results":["{]"],"QueryInfo":{}})"}}).codes() ==
        std::vector<int>{diag::kSnapshotNotJson.number});
}

}  // namespace
}  // namespace writ::snapshot
