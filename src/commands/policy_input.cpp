#include "commands/policy_input.h"

#include <algorithm>
#include <array>
#include <istream>
#include <iterator>
#include <utility>

#include <fmt/format.h>

#include "base/diag/codes/driver.h"
#include "base/diag/codes/policy.h"
#include "base/support/json.h"
#include "commands/policy_names.h"
#include "compiler/near_path.h"

namespace writ::commands {

namespace json = support::json;
using policy::Kind;

std::size_t Documents::StatementCount() const {
  std::size_t count = 0;
  for (const policy::PolicyDocument& document : documents) count += document.statements.size();
  return count;
}

namespace {

constexpr std::string_view kStandardInput = "-";

/// A document within a text: a value, or the text of a string that holds one.
struct Found {
  json::Value value;
  std::optional<std::string> decoded;
  std::optional<Kind> kind;  ///< if what printed it tells
  std::string wrong;         ///< why it is none; empty: it may be one
};

// The JSON text that a string holds: as it is, or percent-encoded as the IAM API gives it (RFC
// 3986). A text that begins with `{` is never decoded: a resource may hold `%2F`.
std::string Decoded(std::string_view text) {
  const std::size_t begin = text.find_first_not_of(" \t\r\n");
  if (begin == text.npos || text[begin] != '%') return std::string(text);
  const auto digit = [](char c) {
    if (c >= '0' && c <= '9') return c - '0';
    if (c >= 'a' && c <= 'f') return c - 'a' + 10;
    if (c >= 'A' && c <= 'F') return c - 'A' + 10;
    return -1;
  };
  std::string decoded;
  for (std::size_t i = 0; i < text.size(); ++i) {
    const bool is_code =
        text[i] == '%' && i + 2 < text.size() && digit(text[i + 1]) >= 0 && digit(text[i + 2]) >= 0;
    if (is_code) {
      decoded.push_back(static_cast<char>(digit(text[i + 1]) * 16 + digit(text[i + 2])));
      i += 2;
    } else {
      decoded.push_back(text[i]);
    }
  }
  return decoded;
}

Found DocumentIn(const json::Value& value, std::optional<Kind> kind) {
  Found found{value, std::nullopt, kind, ""};
  if (value.is_string()) found.decoded = Decoded(value.text());
  return found;
}

// What `aws organizations describe-policy` prints for a policy.
Found OfOrganization(const json::Value& policy) {
  const std::optional<json::Value> content = policy.Find("Content");
  const std::optional<json::Value> summary = policy.Find("PolicySummary");
  const std::optional<json::Value> type =
      summary && summary->is_object() ? summary->Find("Type") : std::nullopt;
  if (!content) return {policy, std::nullopt, std::nullopt, "the policy has no `Content`"};
  if (!type || !type->is_string()) return DocumentIn(*content, std::nullopt);
  if (type->text() == "SERVICE_CONTROL_POLICY") return DocumentIn(*content, Kind::kScp);
  if (type->text() == "RESOURCE_CONTROL_POLICY") return DocumentIn(*content, Kind::kRcp);
  return {*type, std::nullopt, std::nullopt,
          fmt::format("a policy of type {} grants and denies nothing", type->text())};
}

// The document in what the AWS CLI prints; the value itself if it is none of that.
// Shapes: botocore's service models, iam, organizations, s3, sso-admin (read 2026-11-29).
Found Unwrapped(const json::Value& value) {
  if (!value.is_object() || value.Find("Statement")) return DocumentIn(value, std::nullopt);
  if (const auto version = value.Find("PolicyVersion"); version && version->is_object()) {
    const std::optional<json::Value> document = version->Find("Document");
    if (document) return DocumentIn(*document, std::nullopt);
    return {*version, std::nullopt, std::nullopt, "the version of the policy has no `Document`"};
  }
  if (const auto document = value.Find("PolicyDocument")) {
    return DocumentIn(*document, std::nullopt);
  }
  if (const auto role = value.Find("Role"); role && role->is_object()) {
    if (const auto trust = role->Find("AssumeRolePolicyDocument")) {
      return DocumentIn(*trust, Kind::kTrust);
    }
  }
  if (const auto policy = value.Find("Policy")) {
    if (policy->is_object()) return OfOrganization(*policy);
    if (policy->is_string()) return DocumentIn(*policy, Kind::kResource);
  }
  if (const auto policy = value.Find("InlinePolicy"); policy && policy->is_string()) {
    return DocumentIn(*policy, std::nullopt);
  }
  return DocumentIn(value, std::nullopt);
}

std::vector<Found> FindDocuments(const json::Value& root) {
  std::vector<Found> found;
  if (!root.is_array()) return {Unwrapped(root)};
  for (const json::Value element : root.elements()) found.push_back(Unwrapped(element));
  return found;
}

support::Result<policy::PolicyDocument, policy::PolicyErrors> ReadFound(const Found& found,
                                                                        Kind kind,
                                                                        policy::Demand demand) {
  if (found.decoded) return policy::Read(*found.decoded, kind, demand);
  return policy::ReadValue(found.value, kind, demand);
}

// The document's own text within that of its file.
snapshot::TextPtr TextOf(const Found& found, snapshot::TextPtr file) {
  if (!found.decoded) {
    return snapshot::Text::Within(std::move(file), found.value.begin(), found.value.end());
  }
  snapshot::TextPtr text = snapshot::Text::OfString(std::move(file), found.value);
  if (text->view() == *found.decoded) return text;
  return snapshot::Text::Decoded(text).value_or(text);
}

// Whether the document says who may assume a role: no resource, and actions of STS alone.
bool IsTrustPolicy(const Found& found) {
  const auto document = ReadFound(found, Kind::kTrust, policy::Demand::kGrammar);
  if (!document || document->statements.empty()) return false;
  return std::ranges::all_of(document->statements, [](const policy::Statement& statement) {
    return !statement.resource && statement.action.sense == policy::Sense::kListed &&
           std::ranges::all_of(statement.action.values, [](const std::string& action) {
             return policy::FoldCase(action).starts_with("sts:");
           });
  });
}

}  // namespace

void PolicyInput::Fail(std::string_view path, std::string_view reason) {
  compiler::SuggestPath(compilation_.findings.Report(diag::kFileNotReadable, {}, path, reason),
                        std::string(path), environment_.files);
  status_ = host::ExitStatus::kUnreadable;
}

source::FileId PolicyInput::FileOf(const Text& text) {
  const auto [known, is_new] = sources_.try_emplace(text.path, source::FileId{});
  if (is_new) known->second = compilation_.sources.Add(text.path, text.bytes);
  return known->second;
}

void PolicyInput::Report(const Text& text, std::size_t offset, std::string_view message,
                         bool is_refused_by_aws) {
  const auto at = static_cast<std::uint32_t>(std::min(offset, text.bytes.size()));
  const source::Span span{FileOf(text), at, at};
  if (is_refused_by_aws) {
    compilation_.findings.Report(diag::kRefusedByAws, span)
        .At(std::string(message))
        .Note("to compare it anyway, add `--as-read`");
  } else {
    compilation_.findings.Report(diag::kBadPolicyDocument, span, message);
  }
  if (status_ == host::ExitStatus::kGood) status_ = host::ExitStatus::kInvalid;
}

PolicyInput::Texts PolicyInput::Load(const std::string& path) {
  Texts texts;
  const auto load = [&](const std::string& file) {
    auto bytes = environment_.files.Read(file, policy::kMaxPolicyBytes);
    if (!bytes) return Fail(file, bytes.error().reason);
    texts.push_back({file, std::move(bytes).value()});
  };
  if (path == kStandardInput) {
    texts.push_back({"<stdin>", std::string(std::istreambuf_iterator<char>(environment_.in), {})});
    return texts;
  }
  if (environment_.files.KindOf(path) != host::EntryKind::kFolder) {
    load(path);
    return texts;
  }
  const auto names = environment_.files.List(path);
  if (!names) {
    Fail(path, names.error().message);
    return texts;
  }
  for (const std::string& name : *names) {
    if (name.ends_with(".json")) load(path.ends_with('/') ? path + name : path + "/" + name);
  }
  if (texts.empty() && status_ == host::ExitStatus::kGood) {
    compilation_.findings.Report(diag::kNoPolicies, {}, path);
    status_ = host::ExitStatus::kInvalid;
  }
  return texts;
}

std::optional<Kind> PolicyInput::KindOf(const std::vector<const Texts*>& sides) {
  std::optional<Kind> kind;
  bool has_trust = false;
  for (const Texts* texts : sides) {
    for (const Text& text : *texts) {
      json::Document parsed;
      if (parsed.Read(text.bytes)) continue;  // reported where it is read
      for (const Found& found : FindDocuments(parsed.root())) {
        if (found.wrong.empty() && !found.kind) has_trust |= IsTrustPolicy(found);
        if (!found.kind) continue;
        if (kind && *kind != *found.kind) {
          compilation_.findings.Report(diag::kDifferentKinds, {}, policy::KindName(*kind),
                                       policy::KindName(*found.kind));
          status_ = host::ExitStatus::kInvalid;
          return kind;
        }
        kind = found.kind;
      }
    }
  }
  if (!kind && has_trust) kind = Kind::kTrust;
  return kind;
}

Documents PolicyInput::Read(const Texts& texts, Kind kind) {
  Documents documents;
  for (const Text& text : texts) ReadText(text, kind, documents);
  // The policy of a resource is one document: those in force together are read as one.
  const bool is_joined = kind == Kind::kResource || kind == Kind::kTrust;
  if (is_joined && status_ == host::ExitStatus::kGood) {
    for (const policy::PolicyDocument& document : documents.documents) {
      if (document.version == documents.documents.front().version) continue;
      compilation_.findings.Report(
          diag::kBadPolicyDocument, {},
          "a resource has one policy, and these documents have different Versions");
      status_ = host::ExitStatus::kInvalid;
      break;
    }
  }
  return documents;
}

void PolicyInput::ReadText(const Text& text, Kind kind, Documents& out) {
  json::Document parsed;
  if (const auto error = parsed.Read(text.bytes)) {
    return Report(text, error->offset, error->message);
  }
  const std::vector<Found> all = FindDocuments(parsed.root());
  for (std::size_t i = 0; i < all.size(); ++i) {
    const Found& found = all[i];
    if (!found.wrong.empty()) {
      Report(text, found.value.begin(), found.wrong);
      continue;
    }
    auto document = ReadFound(found, kind, demand_);
    if (!document) {
      const bool is_refused = ReadFound(found, kind, policy::Demand::kGrammar).ok();
      for (const policy::PolicyError& error : document.error()) {
        // Within a string the place of the string is what there is.
        const std::string inner =
            found.decoded
                ? fmt::format("{}{}{}", error.path, error.path.empty() ? "" : ": ", error.message)
                : error.message;
        Report(text, found.decoded ? found.value.begin() : error.offset, inner, is_refused);
      }
      continue;
    }
    WarnUnknownNames(TextOf(found, snapshot::Text::OfFile(compilation_.sources, FileOf(text))),
                     kind, compilation_);
    out.documents.push_back(*std::move(document));
    out.names.push_back(all.size() == 1 && !parsed.root().is_array()
                            ? text.path
                            : fmt::format("{}[{}]", text.path, i));
  }
}

// ---- Stacks

class StackReader {
 public:
  StackReader(PolicyInput& input, const PolicyInput::Text& text) : input_(input), text_(text) {}

  policy::PolicySet Run() {
    json::Document parsed;
    if (const auto error = parsed.Read(text_.bytes)) {
      input_.Report(text_, error->offset, error->message);
      return {};
    }
    json::Value root = parsed.root();
    // A header of decision cases names policies; an object of layers may stand in its place.
    if (root.is_object()) {
      if (const auto policies = root.Find("policies"); policies && policies->is_object()) {
        named_ = *policies;
        if (root.size() <= 2 && HasLayers(*policies)) root = *policies;
      }
    }
    if (!root.is_object()) {
      input_.Report(text_, root.begin(), "the policies of all layers are an object");
      return {};
    }
    for (const json::Member member : root.members()) ReadMember(member);
    return std::move(set_);
  }

 private:
  enum class Shape : std::uint8_t { kFlat, kLevels, kOne };
  struct Layer {
    std::string_view name;
    Kind kind;
    Shape shape;
  };

  static const Layer* LayerOf(std::string_view name) {
    static constexpr std::array<Layer, 18> kLayers = {{
        {"identityPolicies", Kind::kIdentity, Shape::kFlat},
        {"identity", Kind::kIdentity, Shape::kFlat},
        {"permissionBoundaries", Kind::kBoundary, Shape::kFlat},
        {"permissionBoundary", Kind::kBoundary, Shape::kFlat},
        {"boundaries", Kind::kBoundary, Shape::kFlat},
        {"boundary", Kind::kBoundary, Shape::kFlat},
        {"sessionPolicies", Kind::kSession, Shape::kFlat},
        {"sessions", Kind::kSession, Shape::kFlat},
        {"session", Kind::kSession, Shape::kFlat},
        {"scps", Kind::kScp, Shape::kLevels},
        {"scp", Kind::kScp, Shape::kLevels},
        {"rcps", Kind::kRcp, Shape::kLevels},
        {"rcp", Kind::kRcp, Shape::kLevels},
        {"resourcePolicy", Kind::kResource, Shape::kOne},
        {"resource", Kind::kResource, Shape::kOne},
        {"vpcEndpointPolicies", Kind::kVpcEndpoint, Shape::kFlat},
        {"vpcEndpoint", Kind::kVpcEndpoint, Shape::kFlat},
        {"endpoint", Kind::kVpcEndpoint, Shape::kFlat},
    }};
    const auto* const found = std::ranges::find(kLayers, name, &Layer::name);
    return found == kLayers.end() ? nullptr : found;
  }

  static bool HasLayers(const json::Value& object) {
    for (const json::Member one : object.members()) {
      if (LayerOf(one.key.text()) == nullptr) return false;
    }
    return object.size() > 0;
  }

  // What a decision case has beside policies says nothing here: all requests are compared.
  static bool IsOfCase(std::string_view name) {
    static constexpr std::array<std::string_view, 12> kNames = {
        "writCases",        "policies", "id",      "principal",
        "principalAccount", "action",   "context", "resourceAccount",
        "expected",         "tags",     "note",    "source"};
    return name.starts_with("x-") || std::ranges::find(kNames, name) != kNames.end();
  }

  void ReadMember(const json::Member& member) {
    const std::string_view name = member.key.text();
    const Layer* layer = LayerOf(name);
    // In a case `resource` is what is asked for.
    if (name == "resource" && member.value.is_string() && !member.value.text().starts_with("#")) {
      return;
    }
    if (layer == nullptr) {
      if (!IsOfCase(name)) {
        input_.Report(text_, member.key.begin(), fmt::format("`{}` is no layer of policies", name));
      }
      return;
    }
    switch (layer->kind) {
      case Kind::kIdentity:
        return ReadFlat(member.value, layer->kind, set_.identity);
      case Kind::kBoundary:
        return ReadFlat(member.value, layer->kind, set_.boundaries);
      case Kind::kSession:
        return ReadFlat(member.value, layer->kind, set_.sessions);
      case Kind::kVpcEndpoint:
        return ReadFlat(member.value, layer->kind, set_.vpc_endpoint);
      case Kind::kScp:
        return ReadLevels(member.value, layer->kind, set_.scps);
      case Kind::kRcp:
        return ReadLevels(member.value, layer->kind, set_.rcps);
      case Kind::kResource:
      case Kind::kTrust: {
        std::vector<policy::PolicyDocument> one;
        ReadPolicy(member.value, layer->kind, one);
        if (!one.empty()) set_.resource = std::move(one.front());
        return;
      }
    }
  }

  void ReadFlat(const json::Value& value, Kind kind, std::vector<policy::PolicyDocument>& out) {
    if (!value.is_array()) return ReadPolicy(value, kind, out);
    for (const json::Value one : value.elements()) ReadPolicy(one, kind, out);
  }

  void ReadLevels(const json::Value& value, Kind kind,
                  std::vector<std::vector<policy::PolicyDocument>>& out) {
    if (!value.is_array()) {
      return input_.Report(text_, value.begin(), "an array of levels is wanted here");
    }
    for (const json::Value level : value.elements()) {
      if (!level.is_array()) {
        return input_.Report(text_, level.begin(), "a level is an array of policies");
      }
      ReadFlat(level, kind, out.emplace_back());
    }
  }

  // A document, {"name", "document"}, or "#NAME" of `policies`.
  void ReadPolicy(json::Value value, Kind kind, std::vector<policy::PolicyDocument>& out) {
    const json::Value where = value;
    if (value.is_string()) {
      const std::string_view name = value.text();
      const auto found = name.starts_with("#") && named_ ? named_->Find(name.substr(1))
                                                         : std::optional<json::Value>();
      if (!found) {
        return input_.Report(text_, where.begin(), fmt::format("there is no policy `{}`", name));
      }
      value = *found;
    }
    if (value.is_object() && !value.Find("Statement")) {
      if (const auto document = value.Find("document")) value = *document;
    }
    auto document = policy::ReadValue(value, kind, input_.demand_);
    if (!document) {
      const bool is_refused = policy::ReadValue(value, kind).ok();
      for (const policy::PolicyError& error : document.error()) {
        input_.Report(text_, error.offset, error.message, is_refused);
      }
      return;
    }
    WarnUnknownNames(snapshot::Text::Within(
                         snapshot::Text::OfFile(input_.compilation_.sources, input_.FileOf(text_)),
                         value.begin(), value.end()),
                     kind, input_.compilation_);
    out.push_back(*std::move(document));
  }

  PolicyInput& input_;
  const PolicyInput::Text& text_;
  std::optional<json::Value> named_;
  policy::PolicySet set_;
};

policy::PolicySet PolicyInput::ReadStack(const Text& text) {
  return StackReader(*this, text).Run();
}

}  // namespace writ::commands
