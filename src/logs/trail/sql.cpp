#include "logs/trail/sql.h"

#include <algorithm>
#include <map>

#include <fmt/format.h>

namespace writ::trail {
namespace {

constexpr std::string_view kTable =
    R"(-- 1. The table, once. Replace amzn-s3-demo-bucket by the bucket of the trail.
CREATE EXTERNAL TABLE IF NOT EXISTS writ_cloudtrail (
  eventversion STRING,
  useridentity STRUCT<type: STRING, principalid: STRING, arn: STRING, accountid: STRING,
    invokedby: STRING, accesskeyid: STRING, username: STRING,
    onbehalfof: STRUCT<userid: STRING, identitystorearn: STRING>,
    sessioncontext: STRUCT<
      attributes: STRUCT<mfaauthenticated: STRING, creationdate: STRING>,
      sessionissuer: STRUCT<type: STRING, principalid: STRING, arn: STRING, accountid: STRING, username: STRING>,
      sourceidentity: STRING, ec2roledelivery: STRING,
      webidfederationdata: STRUCT<federatedprovider: STRING, attributes: MAP<STRING, STRING>>>>,
  eventtime STRING, eventsource STRING, eventname STRING, awsregion STRING,
  sourceipaddress STRING, useragent STRING, errorcode STRING, errormessage STRING,
  requestparameters STRING, responseelements STRING, additionaleventdata STRING,
  requestid STRING, eventid STRING, readonly STRING,
  resources ARRAY<STRUCT<arn: STRING, accountid: STRING, type: STRING>>,
  eventtype STRING, apiversion STRING, recipientaccountid STRING, serviceeventdetails STRING,
  sharedeventid STRING, vpcendpointid STRING, vpcendpointaccountid STRING, eventcategory STRING,
  addendum STRING, sessioncredentialfromconsole STRING, edgedevicedetails STRING, tlsdetails STRING
)
PARTITIONED BY (`account` STRING, `region` STRING, `timestamp` STRING)
ROW FORMAT SERDE 'org.apache.hive.hcatalog.data.JsonSerDe'
STORED AS INPUTFORMAT 'com.amazon.emr.cloudtrail.CloudTrailInputFormat'
OUTPUTFORMAT 'org.apache.hadoop.hive.ql.io.HiveIgnoreKeyTextOutputFormat'
)";

std::string Quoted(const std::vector<std::string>& texts) {
  std::vector<std::string> quoted;
  for (const std::string& text : texts) quoted.push_back(fmt::format("'{}'", text));
  return fmt::format("{}", fmt::join(quoted, ", "));
}

/// "2026-11-01" as the folders of a bucket have it: "2026/11/01".
std::string AsFolder(std::string day) {
  std::ranges::replace(day, '-', '/');
  return day;
}

std::string Table(const SqlQuestion& question) {
  const std::string location =
      fmt::format("s3://amzn-s3-demo-bucket/AWSLogs/{}",
                  question.organization.empty() ? "" : question.organization + "/");
  return fmt::format(
      "{}LOCATION '{}'\n"
      "TBLPROPERTIES (\n"
      "  'projection.enabled' = 'true',\n"
      "  'projection.account.type' = 'enum',\n"
      "  'projection.account.values' = '{}',\n"
      "  'projection.region.type' = 'enum',\n"
      "  'projection.region.values' = '{}',\n"
      "  'projection.timestamp.type' = 'date',\n"
      "  'projection.timestamp.format' = 'yyyy/MM/dd',\n"
      "  'projection.timestamp.interval' = '1',\n"
      "  'projection.timestamp.interval.unit' = 'DAYS',\n"
      "  'projection.timestamp.range' = '{},NOW',\n"
      "  'storage.location.template' = '{}${{account}}/CloudTrail/${{region}}/${{timestamp}}'\n"
      ");\n\n",
      kTable, location, fmt::join(question.accounts, ","), fmt::join(question.regions, ","),
      AsFolder(question.since), location);
}

std::string Member(Engine engine, std::string_view column, std::string_view member) {
  return engine == Engine::kAthena ? fmt::format("json_extract_scalar({}, '$.{}')", column, member)
                                   : fmt::format("element_at({}, '{}')", column, member);
}

std::map<std::string_view, std::string> Expressions(Engine engine) {
  const auto parameter = [&](std::string_view name) {
    return Member(engine, "requestparameters", name);
  };
  const std::string time =
      engine == Engine::kAthena ? "eventtime" : "date_format(eventtime, '%Y-%m-%dT%H:%i:%sZ')";
  return {
      {"identity", "useridentity.type"},
      // Of a session without its name.
      {"arn",
       "regexp_replace(useridentity.arn, '^(arn:[^:]*:sts::[0-9]*:assumed-role/[^/]*)/.*$', '$1')"},
      {"issuer", "useridentity.sessioncontext.sessionissuer.arn"},
      {"account", "useridentity.accountid"},
      {"invoked_by", "useridentity.invokedby"},
      {"source", "eventsource"},
      {"event", "eventname"},
      {"called_in", "awsregion"},
      {"model", fmt::format("coalesce({}, {})", parameter("modelId"), parameter("model"))},
      {"arns", "array_join(array_sort(transform(resources, r -> r.arn)), ' ')"},
      // Of the resources, else the one in whose trail the event is.
      {"owner",
       "coalesce(element_at(filter(transform(resources, r -> r.accountid), a -> a IS NOT NULL), "
       "1), "
       "recipientaccountid)"},
      {"endpoint", "vpcendpointid"},
      {"bearer", fmt::format("coalesce({}, {}, 'false')",
                             Member(engine, "additionaleventdata", "callWithBearerToken"),
                             parameter("callWithBearerToken"))},
      {"error", "errorcode"},
      // What the reader asks of the message, and no more: it names the caller's session.
      {"message",
       "CASE WHEN errorcode IS NULL OR errormessage IS NULL THEN NULL WHEN errormessage = 'Access "
       "Denied' OR errormessage LIKE '%not authorized%' THEN 'not authorized' ELSE 'other' END"},
      {"day", fmt::format("substr({}, 1, 10)", time)},
      {"ip", "sourceipaddress"},
      {"mfa", "useridentity.sessioncontext.attributes.mfaauthenticated"},
      {"issued", engine == Engine::kAthena
                     ? "useridentity.sessioncontext.attributes.creationdate"
                     : "date_format(useridentity.sessioncontext.attributes.creationdate, "
                       "'%Y-%m-%dT%H:%i:%sZ')"},
      {"source_identity", "useridentity.sessioncontext.sourceidentity"},
      {"calls", "count(DISTINCT eventid)"},
      {"first_call", fmt::format("min({})", time)},
      {"last_call", fmt::format("max({})", time)},
  };
}

}  // namespace

const std::vector<Column>& Columns() {
  static const std::vector<Column> columns = {{"identity"},
                                              {"arn"},
                                              {"issuer"},
                                              {"account"},
                                              {"invoked_by"},
                                              {"source"},
                                              {"event"},
                                              {"called_in"},
                                              {"model"},
                                              {"arns"},
                                              {"owner", &Detail::owner},
                                              {"endpoint"},
                                              {"bearer"},
                                              {"error"},
                                              {"message"},
                                              {"day", &Detail::day},
                                              {"ip", &Detail::ip},
                                              {"mfa", &Detail::mfa},
                                              {"issued", &Detail::issued},
                                              {"source_identity", &Detail::source_identity},
                                              {"calls"},
                                              {"first_call"},
                                              {"last_call"}};
  return columns;
}

std::string SqlOf(const SqlQuestion& question) {
  const bool is_athena = question.engine == Engine::kAthena;
  const std::map<std::string_view, std::string> expressions = Expressions(question.engine);
  std::vector<std::string> selected;
  std::vector<std::string> groups;
  for (const Column& column : Columns()) {
    if (column.asked != nullptr && !(question.detail.*column.asked)) continue;
    const std::string& expression = expressions.at(column.name);
    selected.push_back(fmt::format("  {} AS {}", expression, column.name));
    const bool is_total = expression.starts_with("count(") || expression.starts_with("min(") ||
                          expression.starts_with("max(");
    if (!is_total) groups.push_back(std::to_string(selected.size()));
  }
  std::string sql = is_athena ? Table(question) : "";
  sql +=
      is_athena
          ? "-- 2. The query. Save its result as CSV, and give that to `writ replay --classes "
            "FILE`.\n"
          : "-- Replace EVENT_DATA_STORE_ID by the id of the event data store. Save the result as "
            "CSV,\n"
            "-- and give that to `writ replay --classes FILE`.\n";
  sql +=
      fmt::format("SELECT\n{}\nFROM {}\nWHERE eventsource IN ({})\n  AND {}\nGROUP BY {}{}\n",
                  fmt::join(selected, ",\n"), is_athena ? "writ_cloudtrail" : "EVENT_DATA_STORE_ID",
                  Quoted(question.sources),
                  is_athena ? fmt::format("\"timestamp\" >= '{}'", AsFolder(question.since))
                            : fmt::format("eventtime >= '{} 00:00:00'", question.since),
                  fmt::join(groups, ", "), is_athena ? ";" : "");
  return sql;
}

}  // namespace writ::trail
