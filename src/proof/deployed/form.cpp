// Sources of the spellings: CloudFormation resource schemas AWS::Bedrock::Guardrail and
// AWS::Bedrock::EnforcedGuardrailConfiguration; schema of the Terraform provider hashicorp/aws
// 6.66.0, resources aws_bedrock_guardrail and aws_bedrock_model_invocation_logging_configuration
// (all read by 2026-11-23).
#include "proof/deployed/form.h"

#include <algorithm>
#include <array>
#include <cctype>

#include <fmt/format.h>

namespace writ::deployed {
namespace {

namespace json = support::json;

/// A member that a form calls by another name than the rest of its spelling would have it.
struct Renamed {
  std::string_view parent;  ///< as the form spells it; empty: any
  std::string_view form;
  std::string_view api;
};

constexpr std::array<Renamed, 4> kInTemplates = {{
    {"TopicPolicyConfig", "TopicsTierConfig", "tierConfig"},
    {"ContentPolicyConfig", "ContentFiltersTierConfig", "tierConfig"},
    {"", "KmsKeyArn", "kmsKeyId"},
    {"", "GuardrailProfileArn", "guardrailProfileIdentifier"},
}};
constexpr std::array<Renamed, 2> kInTerraform = {{
    {"", "kms_key_arn", "kmsKeyId"},
    {"", "cloudwatch_config", "cloudWatchConfig"},
}};

/// Arguments that the provider's resources lack, by the block that they would stand in.
constexpr std::array<std::pair<std::string_view, std::string_view>, 8> kNoArguments = {{
    {"topics_config", "input_action"},
    {"topics_config", "input_enabled"},
    {"topics_config", "output_action"},
    {"topics_config", "output_enabled"},
    {"contextual_grounding_policy_config", "action"},
    {"contextual_grounding_policy_config", "enabled"},
    {"", "automated_reasoning_policy_config"},
    {"", "audio_data_delivery_enabled"},
}};

/// Blocks that may be repeated.
constexpr std::array<std::string_view, 6> kLists = {
    "topics_config",       "filters_config", "words_config", "managed_word_lists_config",
    "pii_entities_config", "regexes_config"};

template <typename List, typename Item>
bool Has(const List& list, const Item& item) {
  return std::ranges::find(list, item) != list.end();
}

class Translator {
 public:
  Translator(Spelling spelling, std::string& wrong) : spelling_(spelling), wrong_(wrong) {}

  /// Recursion is as deep as the value, which the reader limits.
  void Copy(json::Writer& writer, const json::Value& value, std::string_view parent) {
    if (value.is_object()) {
      writer.BeginObject();
      for (const json::Member member : value.members()) Member(writer, member, parent);
      writer.EndObject();
    } else if (value.is_array()) {
      writer.BeginArray();
      for (const json::Value element : value.elements()) Copy(writer, element, parent);
      writer.EndArray();
    } else {
      writer.Raw(value.source());
    }
  }

 private:
  void Member(json::Writer& writer, const json::Member& member, std::string_view parent) {
    const std::string_view key = member.key.text();
    writer.Key(NameOf(key, parent));
    if (spelling_ == Spelling::kCloudFormation) return Copy(writer, member.value, key);
    if (key == "tags") return Tags(writer, member.value);
    // What blocks of `contextual_grounding_policy_config` lack, those of other filters have.
    const bool is_inner = key == "filters_config";
    Block(writer, member.value, key, is_inner ? parent : key);
  }

  /// A block may be written as an object or as a list of objects.
  void Block(json::Writer& writer, const json::Value& value, std::string_view key,
             std::string_view parent) {
    const bool holds_objects =
        value.is_array() && value.size() > 0 && (*value.elements().begin()).is_object();
    if (key == "tier_config" && value.is_object()) wrong_ = "`tier_config` is a list";
    if (Has(kLists, key) && value.is_object()) {
      writer.BeginArray();
      Copy(writer, value, parent);
      writer.EndArray();
    } else if (!Has(kLists, key) && holds_objects) {
      if (value.size() != 1) wrong_ = fmt::format("`{}` is there {} times", key, value.size());
      Copy(writer, *value.elements().begin(), parent);
    } else {
      Copy(writer, value, parent);
    }
  }

  static void Tags(json::Writer& writer, const json::Value& tags) {
    writer.BeginArray();
    for (const json::Member tag : tags.members()) {
      writer.BeginObject();
      writer.Key("key");
      writer.String(tag.key.text());
      writer.Key("value");
      writer.Raw(tag.value.source());
      writer.EndObject();
    }
    writer.EndArray();
  }

  std::string NameOf(std::string_view key, std::string_view parent) {
    if (spelling_ == Spelling::kTerraform &&
        (Has(kNoArguments, std::pair(parent, key)) ||
         Has(kNoArguments, std::pair(std::string_view(), key)))) {
      wrong_ = fmt::format("its resource has no argument `{}`", key);
    }
    return spelling_ == Spelling::kCloudFormation ? Find(kInTemplates, key, parent, Lower(key))
                                                  : Find(kInTerraform, key, parent, Camel(key));
  }

  template <std::size_t N>
  std::string Find(const std::array<Renamed, N>& table, std::string_view key,
                   std::string_view parent, std::string regular) {
    for (const Renamed& renamed : table) {
      const bool is_here = renamed.parent.empty() || renamed.parent == parent;
      if (is_here && renamed.form == key) return std::string(renamed.api);
      if (renamed.api == regular || renamed.form == key) {
        wrong_ = fmt::format("its resource has nothing called `{}` there", key);
      }
    }
    return regular;
  }

  std::string Lower(std::string_view key) {
    std::string name(key);
    const auto first = static_cast<unsigned char>(name.empty() ? 'a' : name.front());
    if (std::isupper(first) == 0) {
      wrong_ = fmt::format("its resource has nothing called `{}`", key);
      return name;
    }
    name.front() = static_cast<char>(std::tolower(first));
    return name;
  }

  std::string Camel(std::string_view key) {
    std::string name;
    bool begins = false;
    for (const char c : key) {
      if (std::isupper(static_cast<unsigned char>(c)) != 0) {
        wrong_ = fmt::format("its resource has no argument `{}`", key);
      }
      if (c != '_') {
        name += begins ? static_cast<char>(std::toupper(static_cast<unsigned char>(c))) : c;
      }
      begins = c == '_';
    }
    return name;
  }

  Spelling spelling_;
  std::string& wrong_;
};

}  // namespace

std::string AsRequest(const json::Value& value, Spelling spelling, std::string& wrong) {
  json::Writer writer(json::Style::kMinified);
  Translator(spelling, wrong).Copy(writer, value, "");
  return writer.Take();
}

std::optional<std::string> Owner::Bound(const std::string& guardrail, const std::string& region,
                                        bool version) const {
  const auto bound = facts.bindings.Find(guardrail, account_id, region);
  if (!bound) return std::nullopt;
  return version ? std::to_string(bound->version) : bound->arn;
}

std::string Owner::GuardrailOf(const std::string& identifier, const std::string& region) const {
  for (const intent::Guardrail& guardrail : facts.model.guardrails) {
    const auto own = Bound(guardrail.name, region, false);
    if (own && own->ends_with("/" + identifier)) return guardrail.name;
    // Where only other accounts are bound to it, it may be of this one all the same.
    for (const std::string& account : facts.bindings.Accounts(guardrail.name)) {
      const auto bound = facts.bindings.Find(guardrail.name, account, region);
      if (bound && bound->arn == identifier) return guardrail.name;
    }
  }
  return "";
}

std::string RuleRequest(std::string_view name, std::string_view pattern, std::string_view state) {
  std::string request =
      fmt::format(R"({{"Name":{},"EventPattern":{})", Quoted(name), Quoted(pattern));
  if (!state.empty()) request += fmt::format(R"(,"State":{})", Quoted(state));
  return request + "}";
}

std::string TargetsRequest(std::string_view rule, std::string_view targets) {
  return fmt::format(R"({{"Rule":{},"Targets":{}}})", Quoted(rule), targets);
}

std::string Sharing(std::string_view arn, std::string_view policy) {
  return fmt::format(R"({{"resourceArn":{},"resourcePolicy":{}}})", Quoted(arn), Quoted(policy));
}

bool HasPhrase(std::string_view text, std::string_view phrase) {
  const auto ends = [&](std::size_t at) {
    return at >= text.size() || text[at] == ' ' || text[at] == ',' || text[at] == ';';
  };
  for (std::size_t at = text.find(phrase); at != std::string_view::npos;
       at = text.find(phrase, at + 1)) {
    if ((at == 0 || text[at - 1] == ' ') && ends(at + phrase.size())) return true;
  }
  return false;
}

std::string Quoted(std::string_view text) {
  std::string quoted;
  json::AppendString(quoted, text);
  return quoted;
}

Held TargetOf(const std::string& id) {
  if (id.starts_with("r-")) return {"root", id};
  return {id.starts_with("ou-") ? "ou" : "account", id};
}

}  // namespace writ::deployed
