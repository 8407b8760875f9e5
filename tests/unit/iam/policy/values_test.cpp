#include "iam/policy/values.h"

#include <string>
#include <vector>

#include <doctest/doctest.h>

namespace writ::policy {
namespace {

TEST_CASE("decimals are compared exactly, whatever their length") {
  const std::vector<std::string> ascending = {"-1000000000000000000000000000001",
                                              "-1000000000000000000000000000000.5",
                                              "-12",
                                              "-2.5",
                                              "-2.05",
                                              "-0.0000000000000000000000000000001",
                                              "0",
                                              "0.05",
                                              "0.5",
                                              "2",
                                              "10",
                                              "10.000000000000000000001",
                                              "123456789012345678901234567890"};
  for (std::size_t i = 0; i < ascending.size(); ++i) {
    for (std::size_t j = 0; j < ascending.size(); ++j) {
      CAPTURE(ascending[i]);
      CAPTURE(ascending[j]);
      CHECK(Compare(*ParseDecimal(ascending[i]), *ParseDecimal(ascending[j])) == (i <=> j));
    }
  }
  for (const std::string zero : {"0", "-0", "+0", "0.0", "-0.00", ".0", "000"}) {
    CHECK(Compare(*ParseDecimal(zero), *ParseDecimal("0")) == 0);
  }
  CHECK(Compare(*ParseDecimal("007.50"), *ParseDecimal("+7.5")) == 0);
  for (const std::string bad :
       {"", "-", "+", ".", "1.", "a", "12abc", "1e3", "1 ", " 1", "0x1", "1,5", "--1", "1.2.3"}) {
    CAPTURE(bad);
    CHECK(!ParseDecimal(bad));
  }
}

TEST_CASE("instants: ISO 8601 and epoch seconds are one scale") {
  const auto same = [](std::string_view a, std::string_view b) {
    const auto x = ParseInstant(a);
    const auto y = ParseInstant(b);
    return x && y && Compare(*x, *y) == 0;
  };
  CHECK(same("2024-06-01T12:00:00Z", "1717243200"));
  CHECK(same("2024-06-01T14:00:00+02:00", "1717243200"));
  CHECK(same("2024-06-01T08:30:00-03:30", "1717243200.000"));
  CHECK(same("2024-06-01T12:00Z", "2024-06-01T12:00:00.000Z"));
  CHECK(same("2024-01-01", "2024-01-01T00:00:00Z"));
  CHECK(same("2024-06", "2024-06-01T00:00:00Z"));
  CHECK(same("2024", "2024-01-01T00:00:00Z"));
  CHECK(same("2024-06-01T12:00:00", "2024-06-01T12:00:00Z"));
  CHECK(same("1970-01-01T00:00:00Z", "0"));
  CHECK(same("1969-12-31T23:59:59Z", "-1"));
  CHECK(same("2024-02-29", "2024-02-29T00:00Z"));
  const std::vector<std::string> ascending = {"0001-01-01",
                                              "1969-12-31T23:59:59.5Z",
                                              "0",
                                              "2024-06-01T11:59:59.9999999999999Z",
                                              "2024-06-01T12:00:00Z",
                                              "2024-06-01T12:00:00.0000000000001Z",
                                              "9999-12-31"};
  for (std::size_t i = 1; i < ascending.size(); ++i) {
    CAPTURE(ascending[i]);
    CHECK(Compare(*ParseInstant(ascending[i - 1]), *ParseInstant(ascending[i])) < 0);
  }
  for (const std::string bad :
       {"", "a", "2024-13-01", "2024-00-01", "2023-02-29", "2024-06-31", "2024-6-1", "2024-06-01T",
        "2024-06-01T24:00Z", "2024-06-01T12:60Z", "2024-06-01T12:00:60Z", "2024-06-01T12:00:00.Z",
        "2024-06-01T12:00:00+2", "2024-06-01T12:00:00ZZ", "2024-06-01 12:00:00Z",
        "99999999999999999999", "-1.5"}) {
    CAPTURE(bad);
    CHECK(!ParseInstant(bad));
  }
}

TEST_CASE("digits without dashes are seconds, but four of them a year") {
  CHECK(ParseInstant("20240601")->seconds == 20240601);
  CHECK(ParseInstant("1970")->seconds == 0);
  CHECK(ParseInstant("+1970")->seconds == 1970);
}

TEST_CASE("addresses: families, forms and prefixes") {
  const auto contains = [](std::string_view network, std::string_view address) {
    const auto n = ParseIp(network);
    const auto a = ParseIp(address);
    return n && a && n->Contains(*a);
  };
  CHECK(contains("10.0.0.0/8", "10.255.255.255"));
  CHECK(!contains("10.0.0.0/8", "11.0.0.0"));
  CHECK(!contains("10.0.0.0/8", "160.0.0.0"));
  CHECK(contains("192.168.0.17/8", "192.1.2.3"));
  CHECK(contains("0.0.0.0/0", "203.0.113.8"));
  CHECK(!contains("0.0.0.0/0", "::1"));
  CHECK(contains("::/0", "ffff::"));
  CHECK(!contains("::/0", "1.2.3.4"));
  CHECK(contains("10.0.0.128/25", "10.0.0.255"));
  CHECK(!contains("10.0.0.128/25", "10.0.0.127"));
  CHECK(contains("10.0.0.1", "10.0.0.1"));
  CHECK(!contains("10.0.0.1", "10.0.0.2"));
  CHECK(contains("2001:db8::1", "2001:0DB8:0:0:0:0:0:1"));
  CHECK(contains("2001:DB8:1234:5678::/64", "2001:db8:1234:5678:ffff::1"));
  CHECK(!contains("2001:DB8:1234:5678::/64", "2001:db8:1234:5679::"));
  CHECK(contains("::ffff:192.0.2.1", "::ffff:c000:201"));
  CHECK(contains("1:2:3:4:5:6:7:8", "1:2:3:4:5:6:0.7.0.8"));
  CHECK(contains("::", "0:0:0:0:0:0:0:0"));
  CHECK(contains("1::", "1:0:0:0:0:0:0:0"));
  CHECK(!contains("10.1.0.0/16", "10.0.0.0/8"));
  CHECK(contains("10.0.0.0/8", "10.1.0.0/16"));
  for (const std::string bad : {"",
                                "1.2.3",
                                "1.2.3.4.5",
                                "256.1.1.1",
                                "01.2.3.4",
                                "1.2.3.4/33",
                                "1.2.3.4/",
                                "1.2.3.4/a",
                                "1.2.3.4/0032",
                                ":",
                                ":::",
                                "1::2::3",
                                "1:2:3:4:5:6:7",
                                "1:2:3:4:5:6:7:8:9",
                                "1:2:3:4:5:6:7:8::",
                                "12345::",
                                "g::",
                                "::1/129",
                                "1:",
                                ":1",
                                "123456789012",
                                "::1%eth0",
                                "1.2.3.4 ",
                                "::1.2.3",
                                "1:2:3:4:5:6:7:1.2.3.4"}) {
    CAPTURE(bad);
    CHECK(!ParseIp(bad));
  }
}

TEST_CASE("booleans and bytes") {
  CHECK(ParseBool("TRUE") == true);
  CHECK(ParseBool("false") == false);
  CHECK(!ParseBool("1"));
  CHECK(!ParseBool(""));
  CHECK(DecodeBase64("") == "");
  CHECK(DecodeBase64("QQ==") == "A");
  CHECK(DecodeBase64("QUI=") == "AB");
  CHECK(DecodeBase64("QUJD") == "ABC");
  CHECK(DecodeBase64("/+8=") == "\xFF\xEF");
  for (const std::string bad : {"Q", "QQ", "QQ=", "Q===", "QQ==QQ==", "Q Q=", "====", "Q@=="}) {
    CAPTURE(bad);
    CHECK(!DecodeBase64(bad));
  }
}

}  // namespace
}  // namespace writ::policy
