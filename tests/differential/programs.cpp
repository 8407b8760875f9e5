#include "differential/programs.h"

#include <fmt/format.h>

#include "facts/catalog/catalog.h"
#include "proof/reference/random.h"

namespace writ::differential {
namespace {

/// Parts of a sentence that stand around it: qualifiers of a `given`, the argument of a policy.
constexpr std::string_view kGiven = "given ";
constexpr std::string_view kApplied = "apply ";

class Generator {
 public:
  explicit Generator(std::uint64_t seed) : random_(seed) {}

  ProgramText Make() {
    gov_ = random_.Once(12);
    text_.partition = gov_ ? "aws-us-gov" : "aws";
    Organization();
    Teams();
    Guardrails();
    Endpoints();
    text_.declarations.push_back(fmt::format("let home = {}", Regions()));
    text_.declarations.push_back("let few = payments, claims");
    text_.declarations.push_back(
        "use-case UC-1 \"Triage\" { owner \"fraud@acme.example\" approved by \"board\" on "
        "2026-03-02 review by 2027-09-01 risk high data phi }");
    const std::size_t count = 1 + random_.Below(3);
    for (std::size_t i = 0; i < count; ++i) {
      text_.sentences.push_back(random_.Once(2) ? Permission() : Prohibition());
    }
    for (int i = 0; i < kQuestions; ++i) {
      text_.questions.push_back(Question());
      text_.others.push_back(random_.Once(2) ? Permission() : Prohibition());
    }
    return std::move(text_);
  }

 private:
  using Parts = std::vector<std::string>;
  static constexpr int kQuestions = 5;

  template <std::size_t kSize>
  std::string Of(const char* const (&list)[kSize]) {
    return list[random_.Below(kSize)];
  }

  void Organization() {
    has_management_ = !random_.Once(3);
    const bool is_nested = random_.Once(2);
    text_.declarations.push_back(fmt::format(
        "organization acme \"o-exampleorgid\" {{\n  attribute data in [public, phi]\n{}{}"
        "  ou prod \"ou-ab12-prod0001\" {{\n    account payments 222222222222 {{ data = phi }}\n{} "
        " "
        "}}\n"
        "  ou dev \"ou-ab12-dev00001\" {{ account sandbox 444444444444 }}\n}}",
        gov_ && !random_.Once(3) ? "  partition aws-us-gov\n" : "",
        has_management_ ? "  management chief 111111111111\n" : "",
        is_nested ? "    ou inner \"ou-ab12-inner001\" { account claims 333333333333 }\n"
                  : "    account claims 333333333333\n"));
    is_nested_ = is_nested;
  }

  std::string Accounts() {
    if (is_nested_ && random_.Once(6)) return "inner";
    if (has_management_ && random_.Once(12)) return "chief";
    return Of({"payments", "prod", "acme", "sandbox", "dev", "prod", "payments, sandbox",
               "acme except sandbox", "any account", "few", "(prod, dev) except claims",
               "any account where data = phi"});
  }

  std::string PrincipalText() {
    switch (random_.Below(9)) {
      case 8:
        return "permission-set Analyst, role \"app\"";
      case 0:
        return "role \"app\"";
      case 1:
        return "role \"app-*\"";
      case 2:
        return "role \"team/app\"";
      case 3:
        return "user \"bob\"";
      case 4:
        return "permission-set Analyst";
      case 5:
        return "tag stage = \"x\"";
      case 6:
        return "role \"svc-?\", user \"ann\"";
      default:
        return "role \"fraud/*\"";
    }
  }

  void Teams() {
    text_.declarations.push_back(
        fmt::format("team a {{ in {} as {} }}", Accounts(), PrincipalText()));
    text_.declarations.push_back(
        fmt::format("team b {{ in {} as {} }}", Accounts(), PrincipalText()));
  }

  void Guardrails() {
    const char* safe =
        "guardrail safe {{ filter hate high{}  say \"no\" on input  say \"no\" on output }}";
    text_.declarations.push_back(
        fmt::format(fmt::runtime(safe), random_.Once(4) && !gov_ ? "  routed within us" : ""));
    text_.declarations.push_back("guardrail strict extends safe { filter violence high }");
    text_.declarations.push_back(
        "guardrail shared { filter insults high  say \"no\" on input  say \"no\" on output }");
    const std::string one = gov_ ? "us-gov-west-1" : "us-east-1";
    const std::string two = gov_ ? "us-gov-east-1" : "us-west-2";
    const auto bound = [&](const std::string& account, const std::string& owner,
                           const std::string& id) {
      std::string entry = fmt::format("\"{}\": {{", account);
      const char* comma = "";
      for (const std::string& region : {one, two}) {
        entry += fmt::format(
            "{}\"{}\": {{\"arn\": \"arn:{}:bedrock:{}:{}:guardrail/{}\", \"version\": 3}}", comma,
            region, text_.partition, region, owner, id + (region == one ? "a" : "b"));
        comma = ", ";
      }
      return entry + "}";
    };
    const char* accounts[] = {"222222222222", "333333333333", "444444444444", "111111111111"};
    std::string bindings = "{\"guardrails\": {";
    const char* next = "";
    for (const char* name : {"safe", "strict", "shared"}) {
      bindings += fmt::format("{}\"{}\": {{", next, name);
      next = ", ";
      const char* comma = "";
      for (const char* account : accounts) {
        if (!has_management_ && account == accounts[3]) continue;
        const bool is_shared = std::string_view(name) == "shared";
        const std::string id = std::string(name) + (is_shared ? "" : std::string(1, account[0]));
        bindings += comma + bound(account, is_shared ? "222222222222" : account, id);
        comma = ", ";
      }
      bindings += "}";
    }
    text_.bindings = bindings + "}}";
  }

  void Endpoints() {
    text_.declarations.push_back(
        Of({"endpoint corp { vpce \"vpce-0123456789abcdef0\" }",
            "endpoint corp { cidr \"192.0.2.0/24\" }",
            "endpoint corp { vpc \"vpc-0123456789abcdef0\" }",
            "endpoint corp { vpc \"vpc-0123456789abcdef0\" cidr \"10.0.0.0/8\" }",
            "endpoint corp { vpce \"vpce-0123456789abcdef0\" cidr \"10.1.0.0/16\" }"}));
  }

  std::string Regions() {
    if (gov_) {
      return Of({"us-gov-west-1", "us-gov-east-1", "us-gov-west-1, us-gov-east-1", "any region",
                 "any region except us-gov-east-1", "(us-gov-west-1)"});
    }
    return Of({"us-east-1", "us-west-2", "us-east-1, us-west-2", "eu-west-1", "eu-central-1",
               "us-east-2", "us-east-1, eu-west-1", "any region", "any region except eu-west-1",
               "(us-east-1, us-east-2) except us-east-2"});
  }

  /// `in` of regions, of accounts, or of both.
  void Places(Parts& parts, bool prohibited) {
    if (!random_.Once(5)) {
      parts.push_back("in " + (prohibited        ? ProhibitedRegions()
                               : random_.Once(8) ? std::string("home")
                                                 : Regions()));
    }
    if (random_.Once(6)) parts.push_back("in " + Accounts());
  }

  std::string ProhibitedRegions() {
    if (random_.Once(2)) {
      return "any region except " + (gov_ ? Of({"us-gov-west-1", "us-gov-east-1"})
                                          : Of({"us-east-1", "us-west-2", "us-east-1, us-west-2",
                                                "eu-west-1", "us-east-2", "us-east-1, eu-west-1"}));
    }
    return Regions();
  }

  std::string PermittedModels() {
    if (gov_) return Of({"claude-sonnet-4.5", "nova-lite", "claude-3-haiku", "any model"});
    return Of({"claude-sonnet-4.5", "nova-lite", "nova-pro", "claude-haiku-4.5", "claude-sonnet",
               "latest claude-sonnet", "models from anthropic", "models from amazon", "gpt-oss-20b",
               "titan-embed-text-v2", "any model where provider = meta", "nova-lite, nova-micro",
               "claude-opus-4.5", "mistral-large", "models from deepseek",
               "(nova-lite, nova-pro) except nova-pro", "models from amazon except nova-pro",
               "\"amazon.nova-lite-v1:0\""});
  }

  std::string ProhibitedModels() {
    return Of({"any model",
               "models from anthropic",
               "models from deepseek",
               "claude-sonnet-4.5",
               "nova-lite",
               "claude-sonnet",
               "any model except nova-lite",
               "any model except claude-sonnet-4.5",
               "models from amazon except nova-lite",
               "any model except models where output includes embedding",
               "any model where provider = openai",
               "gpt-oss-120b",
               "\"anthropic.claude-sonnet-4-5-20250929-v1:0\"",
               "models from openai",
               "any model except models from anthropic",
               "rerank-v3.5",
               "titan-embed-text-v2",
               "(nova-lite, nova-micro)",
               "nova-lite, nova-pro",
               "nova-lite, nova-pro except nova-pro",
               "(nova-lite, models from meta) except nova-lite"});
  }

  std::string Route(bool prohibited) {
    if (gov_) return Of({"directly", "within us-gov", "directly, within us-gov"});
    return prohibited ? Of({"globally", "within us", "within eu", "directly", "within us, globally",
                            "directly, globally"})
                      : Of({"within us", "within eu", "globally", "directly, within us",
                            "within us, globally", "directly, globally"});
  }

  /// A kind of the catalogue, or two.
  std::string Kinds() {
    const auto& kinds = catalog::Catalog::BuiltIn().kinds();
    if (random_.Once(8)) return "guardrails, logging";
    if (random_.Once(4)) return "bedrock";
    const std::size_t one = random_.Below(kinds.size());
    if (random_.Once(2)) return kinds[one].name;
    return fmt::format("{}, {}", kinds[one].name,
                       kinds[(one + kinds.size() / 2) % kinds.size()].name);
  }

  /// What is done to a resource that a library has a word for.
  std::string DeedOnResource() {
    return Of({"call endpoint \"fraud\"", "call endpoint \"fraud-*\"",
               "call endpoint \"fraud\", endpoint \"triage\"", "invoke workspace \"wrkspc_1\"",
               "batch workspace \"wrkspc_1\"", "count-tokens workspace \"wrkspc_1\""});
  }

  std::string Thing(const char* type, const char* plural) {
    if (random_.Once(2)) return plural;
    const std::string region = gov_ ? "us-gov-west-1" : "us-east-1";
    return fmt::format("\"arn:{}:bedrock:{}:{}:{}\"", text_.partition, region,
                       random_.Once(3) ? "333333333333" : "222222222222", type);
  }

  std::string Things(std::string& verb) {
    switch (random_.Below(4)) {
      case 0:
        verb = "query";
        return Thing("knowledge-base/KB1", "any knowledge-base");
      case 1:
        verb = "invoke";
        return Thing("agent-alias/A1/B1", "any agent");
      case 2:
        verb = "invoke";
        return Thing("flow/F1/alias/X1", "any flow");
      default:
        verb = "invoke";
        return Thing("prompt/P1", "any prompt");
    }
  }

  /// What the caller and the resource decide.
  std::string OnPlace() {
    const std::string any_role = fmt::format("arn:{}:iam::*:role/", text_.partition);
    const std::string role = fmt::format("arn:{}:iam::222222222222:role/", text_.partition);
    switch (random_.Below(14)) {
      case 12:
        return fmt::format("aws:PrincipalArn like \"arn:{}:sts::*:federated-user/*\"",
                           text_.partition);
      case 13:
        return fmt::format("aws:PrincipalArn and not aws:PrincipalArn like \"arn:{}:iam::*:*\"",
                           text_.partition);
      case 0:
        return "aws:PrincipalAccount = \"222222222222\"";
      case 1:
        return "aws:PrincipalAccount in [\"222222222222\", \"333333333333\"]";
      case 2:
        return "aws:PrincipalAccount and aws:PrincipalAccount != \"444444444444\"";
      case 3:
        return fmt::format("aws:PrincipalArn like \"{}*\"", role);
      case 4:
        return fmt::format("aws:PrincipalArn like \"{}app\"", any_role);
      case 5:
        return fmt::format("aws:PrincipalArn and not aws:PrincipalArn like \"{}team/*\"", any_role);
      case 6:
        return fmt::format("aws:PrincipalArn in [\"{0}app\", \"{0}team/app\"]", role);
      case 7:
        return "aws:PrincipalTag/team = aws:PrincipalAccount";
      case 8:
        return "aws:ResourceAccount = aws:PrincipalAccount";
      case 9:
        return "aws:ResourceAccount = \"222222222222\"";
      case 10:
        return "aws:ResourceAccount and aws:ResourceAccount != \"333333333333\"";
      default:
        return "aws:ResourceAccount in [\"222222222222\", \"444444444444\"]";
    }
  }

  std::string Condition(bool model_verb) {
    if (random_.Once(4)) return OnPlace();
    const std::string account_key = random_.Once(2)
                                        ? "aws:PrincipalTag/team = \"red\""
                                        : "aws:PrincipalTag/team in [\"red\", \"blue\"]";
    switch (random_.Below(model_verb ? 17 : 16)) {
      case 8:
        return "aws:MultiFactorAuthAge < 3600";
      case 9:
        return "aws:MultiFactorAuthAge <= 3600";
      case 10:
        return "aws:MultiFactorAuthAge > 60";
      case 11:
        return "aws:TokenIssueTime >= 2026-06-01";
      case 12:
        return "aws:PrincipalTag/team and aws:PrincipalTag/team != \"red\"";
      case 14:
        return "aws:CalledVia and not aws:CalledVia in [\"glue.amazonaws.com\"]";
      case 15:
        return "aws:CalledVia and not aws:CalledVia includes \"glue.amazonaws.com\"";
      case 13:
        return "aws:CalledVia in [\"athena.amazonaws.com\", \"glue.amazonaws.com\"]";
      case 0:
        return account_key;
      case 1:
        return "aws:MultiFactorAuthPresent";
      case 2:
        return "aws:PrincipalTag/team like \"re*\"";
      case 3:
        return "aws:SourceIp = \"192.0.2.0/24\"";
      case 4:
        return "aws:PrincipalTag/team = aws:PrincipalTag/owner";
      case 5:
        return "aws:CalledVia includes \"athena.amazonaws.com\"";
      case 6:
        return "(aws:MultiFactorAuthPresent or aws:PrincipalTag/team = \"red\")";
      case 7:
        return "aws:PrincipalTag/team and not aws:PrincipalTag/team = \"red\"";
      default:
        return "bedrock:ServiceTier = \"default\"";
    }
  }

  std::string Day() { return Of({"2026-11-28", "2027-03-31", "2027-01-01", "2028-02-29"}); }

  void Qualifiers(Parts& parts, bool prohibited, bool model_verb) {
    if (random_.Once(4)) {
      const bool is_unless = random_.Once(prohibited ? 3 : 6);
      // What an absent key meets grants nothing.
      parts.push_back(is_unless && !prohibited
                          ? "when aws:PrincipalTag/team unless aws:PrincipalTag/team = \"red\""
                          : (is_unless ? "unless " : "when ") + Condition(model_verb));
    }
    if (random_.Once(12)) parts.push_back("under UC-1");
    if (random_.Once(12)) parts.push_back("control \"AC-2\"");
    if (random_.Once(12)) parts.push_back("because \"it was asked for\"");
    if (random_.Once(16)) {
      parts.push_back("waive W4018 until 2027-06-30 by \"ciso\" because \"known\"");
    }
    if (random_.Once(10)) {
      parts.push_back(std::string(kGiven) + (random_.Once(2)   ? "in " + Accounts()
                                             : random_.Once(2) ? "when " + Condition(false)
                                                               : "until 2027-03-31"));
    }
    if (random_.Once(12)) parts.push_back(std::string(kApplied) + Accounts());
    if (random_.Once(8)) parts.push_back("until " + Of({"2027-03-31", "2028-02-29"}));
    if (random_.Once(8)) parts.push_back("from " + Of({"2026-11-28", "2027-01-01"}));
    if (random_.Once(8)) parts.push_back("via endpoint corp");
  }

  Parts Permission() {
    const std::string who = random_.Once(5)   ? fmt::format("{} in {}", PrincipalText(), Accounts())
                            : random_.Once(3) ? "team a, team b"
                                              : Of({"team a", "team b"});
    Parts parts;
    const std::size_t form = random_.Below(13);
    bool model_verb = false;
    if (form < 6) {
      const std::string verb =
          random_.Once(3) ? Of({"batch", "count-tokens", "customize", "provision", "subscribe-to"})
                          : "invoke";
      model_verb = verb == "invoke";
      // Models that are sold in AWS Marketplace, by a product id that is known.
      const std::string models =
          verb == "subscribe-to"
              ? Of({"claude-sonnet-4.5", "claude-haiku-4.5", "titan-embed-text-v2", "rerank-v3.5",
                    "claude-opus-4.5, claude-sonnet-4.5", "claude-3-haiku"})
              : PermittedModels();
      parts.push_back(fmt::format("{} may {} {}", who, verb, models));
      if (verb != "subscribe-to") {
        Places(parts, false);
      } else if (random_.Once(6)) {
        parts.push_back("in " + Accounts());
      }
      if (verb == "invoke") {
        if (random_.Once(2)) parts.push_back("routed " + Route(false));
        if (random_.Once(6)) parts.push_back("through " + Of({"mantle", "mantle", "bedrock"}));
        if (random_.Once(4)) parts.push_back("with guardrail " + Guardrail());
        if (random_.Once(10)) parts.push_back("via profile " + Profile());
      }
      if (verb == "count-tokens" && random_.Once(4)) parts.push_back("through mantle");
    } else if (form < 8) {
      std::string verb;
      const std::string things = Things(verb);
      parts.push_back(fmt::format("{} may {} {}", who, verb, things));
      if (random_.Once(2)) parts.push_back("in " + Regions());
    } else if (form == 8) {
      parts.push_back(fmt::format("{} may {} {}", who, Of({"administer", "browse"}), Kinds()));
      Places(parts, false);
      if (random_.Once(6)) parts.push_back("through " + PlaneBeside());
    } else if (form == 9) {
      parts.push_back(fmt::format("{} may log-in-with api-keys", who));
      if (random_.Once(2)) parts.push_back("through " + PlaneBeside());
    } else if (form == 12) {
      parts.push_back(fmt::format("{} may {}", who, DeedOnResource()));
      Places(parts, false);
    } else if (form == 10) {
      parts.push_back(fmt::format("{} may apply {}", who, Guardrail()));
    } else {
      if (random_.Once(3)) return ServicePermission();
      parts.push_back(fmt::format("{} may do {}", who, DoAction()));
      if (random_.Once(3)) parts.push_back("in " + Regions());
    }
    Qualifiers(parts, false, model_verb);
    return parts;
  }

  /// A plane that a permission takes in besides `bedrock`.
  std::string PlaneBeside() {
    return Of(
        {"mantle", "mantle", "claude-platform", "bedrock, mantle", "mantle, claude-platform"});
  }

  Parts ServicePermission() {
    const std::string role = Of({"222222222222:role/agent", "333333333333:role/service/agent"});
    return {
        fmt::format("service \"bedrock.amazonaws.com\" in {} may do sts:AssumeRole on "
                    "\"arn:{}:iam::{}\" when aws:SourceAccount = \"222222222222\"",
                    Of({"payments", "acme", "prod"}), text_.partition, role)};
  }

  std::string DoAction() {
    const std::string partition = text_.partition;
    switch (random_.Below(10)) {
      case 8:
        return fmt::format("bedrock:GetGuardrail on \"arn:{}:bedrock:*:*:guardrail/*\"", partition);
      case 9:
        return fmt::format("bedrock:GetAgent on \"arn:{}:bedrock:*:*:agent/*\"", partition);
      case 6:
        return fmt::format("s3:\"Get*\" on \"arn:{}:s3:::data/*\"", partition);
      case 7:
        return fmt::format("s3:GetObject on \"arn:{0}:s3:::data/*\", \"arn:{0}:s3:::more/x\"",
                           partition);
      case 0:
        return fmt::format("s3:GetObject on \"arn:{}:s3:::data/*\"", partition);
      case 1:
        return fmt::format(
            "s3:GetObject, s3:PutObject on \"arn:{}:s3:::data/"
            "${{aws:PrincipalTag/team}}/*\"",
            partition);
      case 2:
        return "bedrock:ListFoundationModels";
      case 3:
        return fmt::format("bedrock:GetGuardrail on \"arn:{}:bedrock:*:222222222222:guardrail/*\"",
                           partition);
      case 4:
        return "ec2:DescribeInstances";
      default:
        return fmt::format("bedrock:UpdateAgent on \"arn:{}:bedrock:{}:222222222222:agent/A1\"",
                           partition, gov_ ? "us-gov-west-1" : "us-east-1");
    }
  }

  std::string Guardrail() { return Of({"safe", "strict", "shared", "safe, shared"}); }

  std::string Profile() {
    return random_.Once(2)
               ? Of({"application-profiles", "application-profiles", "system-profiles"})
               : fmt::format(
                     "\"arn:{}:bedrock:{}:222222222222:application-inference-profile/app9\"",
                     text_.partition, gov_ ? "us-gov-west-1" : "us-east-1");
  }

  std::string Except(bool has_place) {
    if (random_.Once(3)) return " except team a";
    if (random_.Once(4)) return " except team a, team b";
    if (random_.Once(3)) {
      // Others than teams and tags need a place: `everyone in A except user "bob"`.
      if (!has_place) return " except " + Of({"tag stage = \"x\"", "team b"});
      return " except " +
             Of({"role \"app\"", "role \"app-*\"", "role \"team/*\"", "user \"bob\"",
                 "permission-set Analyst", "role \"app\", user \"ann\"", "tag stage = \"x\""});
    }
    return "";
  }

  Parts Prohibition() {
    std::string subject;
    std::string modal = " may not ";
    switch (random_.Below(6)) {
      case 0:
        subject = "nobody";
        modal = " may ";
        break;
      case 1:
        subject = "everyone";
        break;
      case 2:
        subject = "nobody in " + Accounts();
        modal = " may ";
        break;
      case 3:
        subject = "everyone in " + Accounts();
        break;
      case 4:
        subject = random_.Once(2) ? Of({"team a", "team b", "team a, team b"})
                                  : fmt::format("{} in {}", PrincipalText(), Accounts());
        break;
      default:
        subject = Of({"only team a", "only team a, team b", "only role \"app\""});
        modal = " may ";
        break;
    }
    const bool is_only = subject.starts_with("only");
    const bool is_all = subject.starts_with("everyone") || subject.starts_with("nobody");
    if (is_all) subject += Except(subject.find(" in ") != std::string::npos);
    if (is_only && (random_.Once(2) || subject.ends_with("\""))) subject += " in " + Accounts();
    const bool is_duty = !is_only && !subject.starts_with("nobody") && random_.Once(3);
    if (is_duty) {
      modal = fmt::format(" must {} to ", random_.Once(4)   ? "use guardrail " + Guardrail()
                                          : random_.Once(3) ? "use endpoint corp"
                                          : random_.Once(3) ? "use profile " + Profile()
                                          : random_.Once(2) ? "satisfy " + Condition(false)
                                          : random_.Once(2)
                                              ? "use guardrail safe"
                                              : "use guardrail safe and use endpoint corp");
    }
    Parts parts;
    const std::size_t form = random_.Below(13);
    bool model_verb = false;
    if (form == 12) {
      parts.push_back(subject + modal + DeedOnResource());
      if (random_.Once(3)) Places(parts, true);
    } else if (form < 7) {
      const std::string verb =
          random_.Once(3) ? Of({"batch", "count-tokens", "customize", "provision", "subscribe-to"})
                          : "invoke";
      model_verb = verb == "invoke";
      parts.push_back(subject + modal + verb + " " + ProhibitedModels());
      if (verb != "subscribe-to" && random_.Once(2)) Places(parts, true);
      if (verb == "invoke") {
        if (random_.Once(4)) parts.push_back("routed " + Route(true));
        if (random_.Once(5)) {
          parts.push_back("through " + Of({"mantle", "bedrock", "bedrock", "mantle, bedrock",
                                           "claude-platform", "bedrock, claude-platform"}));
        }
        if (random_.Once(8)) parts.push_back("with guardrail " + Guardrail());
        if (random_.Once(12)) parts.push_back("via profile " + Profile());
      }
    } else if (form == 7) {
      std::string verb;
      const std::string things = Things(verb);
      parts.push_back(subject + modal + verb + " " + things);
    } else if (form == 8) {
      parts.push_back(subject + modal + Of({"administer ", "browse "}) + Kinds());
      if (random_.Once(3)) Places(parts, true);
      if (random_.Once(8)) parts.push_back("through " + PlaneBeside());
    } else if (form == 9) {
      parts.push_back(subject + modal + "log-in-with api-keys");
    } else if (form == 10) {
      parts.push_back(subject + modal + "apply " +
                      (random_.Once(2) ? "any guardrail" : Guardrail()));
    } else if (random_.Once(3)) {
      parts.push_back(subject + modal +
                      Of({"do anything except bedrock:GetGuardrail, s3:ListAllMyBuckets",
                          "do anything except bedrock:\"*\"", "do anything"}));
      if (!gov_ && random_.Once(4)) parts.front() += " on \"arn:aws:s3:::data/*\"";
      if (random_.Once(2)) parts.push_back("in " + ProhibitedRegions());
    } else {
      parts.push_back(subject + modal + "do " + DoAction());
    }
    Qualifiers(parts, true, model_verb);
    return parts;
  }

  /// The action and qualifiers of a sentence of the program, or of another, asked of somebody.
  QuestionText Question() {
    const Parts parts = random_.Once(4)   ? Permission()
                        : random_.Once(4) ? Prohibition()
                                          : random_.Of(text_.sentences);
    QuestionText question;
    question.subject = Asked();
    question.action = ActionOf(parts.front());
    for (std::size_t i = 1; i < parts.size(); ++i) {
      const bool is_around = parts[i].starts_with(kGiven) || parts[i].starts_with(kApplied);
      if (!is_around && !random_.Once(3)) question.qualifiers.push_back(parts[i]);
    }
    return question;
  }

  std::string Asked() {
    switch (random_.Below(8)) {
      case 0:
        return "everyone";
      case 1:
        return "everyone in " + Accounts();
      case 2:
        return "everyone except team a";
      case 3:
        return fmt::format("everyone in {} except role \"app\"", Accounts());
      case 4:
        return fmt::format("{} in {}", PrincipalText(), Accounts());
      default:
        return Of({"team a", "team b", "team a, team b"});
    }
  }

  /// What follows the modal verb of a sentence's first part.
  static std::string ActionOf(const std::string& part) {
    const std::size_t must = part.find(" must ");
    if (must != std::string::npos) return part.substr(part.find(" to ", must) + 4);
    const std::size_t modal = part.find(" may ");
    const std::string action = part.substr(modal + 5);
    return action.starts_with("not ") ? action.substr(4) : action;
  }

  reference::Random random_;
  ProgramText text_;
  bool gov_ = false;
  bool has_management_ = false;
  bool is_nested_ = false;
};

}  // namespace

std::string ProgramText::Text() const {
  std::string text = "import aws.bedrock\n";
  std::string body;
  for (const std::string& one : declarations) body += one + "\n";
  for (std::size_t i = 0; i < sentences.size(); ++i) {
    std::vector<std::string> words;
    std::string given;
    std::string argument;
    for (const std::string& part : sentences[i]) {
      if (part.starts_with(kGiven)) {
        given = part.substr(kGiven.size());
      } else if (part.starts_with(kApplied)) {
        argument = part.substr(kApplied.size());
      } else {
        words.push_back(part);
      }
    }
    std::string sentence = fmt::format("{}", fmt::join(words, " "));
    if (!argument.empty()) {
      sentence = fmt::format("policy p{0}(place: Accounts) {{ {1} in place }}\n", i, sentence);
    }
    if (!given.empty() && argument.empty()) {
      sentence = fmt::format("given {} {{ {} }}", given, sentence);
    }
    body += sentence + "\n";
    if (!argument.empty()) {
      const std::string apply = fmt::format("apply p{}(place = {})", i, argument);
      body += (given.empty() ? apply : fmt::format("given {} {{ {} }}", given, apply)) + "\n";
    }
  }
  if (body.find(" call ") != std::string::npos) text += "import aws.sagemaker\n";
  if (body.find(" workspace ") != std::string::npos) text += "import aws.claude-platform\n";
  return text + body;
}

ProgramText RandomProgram(std::uint64_t seed) { return Generator(seed).Make(); }

}  // namespace writ::differential
