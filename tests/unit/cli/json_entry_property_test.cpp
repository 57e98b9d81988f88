// JSON and JSONC: an entry goes in and comes out, and every other byte is what it was.
#include <gtest/gtest.h>

#include "entry_property.hpp"

namespace mcpssh::cli {
namespace {

class JsonMaker : public Chances {
 public:
  using Chances::Chances;

  /// A JSONC document; `servers`: how its container is written, empty for none.
  std::string text() {
    line_ = one_in(4) ? "\r\n" : one_in(8) ? "\r" : "\n";
    unit_ = one_in(4) ? "\t" : std::string(1 + pick(4), ' ');
    flat_ = one_in(5);
    jsonc_ = !one_in(3);
    if (one_in(40)) return one_in(2) ? "" : " " + line_;
    std::string text = one_in(6) ? "\xef\xbb\xbf" : "";
    if (jsonc_ && one_in(4)) text += "// { \"mcpServers\": 1" + line_;
    std::vector<std::string> members;
    for (std::size_t i = pick(4); i > 0; --i)
      members.push_back("\"k" + std::to_string(i) + "\":" + space() + value(1));
    if (!one_in(3)) {
      std::vector<std::string> servers;
      for (std::size_t i = pick(4); i > 0; --i)
        servers.push_back("\"s" + std::to_string(i) + "\":" + space() + value(2));
      members.insert(members.begin() + static_cast<std::ptrdiff_t>(pick(members.size() + 1)),
                     "\"mcpServers\":" + space() + object(servers, 1));
    }
    text += object(members, 0);
    if (one_in(2)) text += line_;
    if (jsonc_ && one_in(5)) text += "/* } */";
    return text;
  }

 private:
  std::string space() { return one_in(4) ? "" : " "; }
  std::string pad(std::size_t depth) {
    std::string out;
    for (std::size_t i = 0; i < depth; ++i) out += unit_;
    return out;
  }
  std::string comment() {
    if (!jsonc_ || !one_in(5)) return "";
    if (flat_ || one_in(2)) return " /* \"ssh\": {, */";
    return " // it's: \"}";
  }

  std::string object(const std::vector<std::string>& members, std::size_t depth) {
    if (members.empty() && !one_in(3)) return "{}";
    const bool flat = flat_ || (depth > 0 && one_in(4));
    const std::string begin = flat ? space() : line_ + pad(depth + 1);
    std::string out = "{";
    for (std::size_t i = 0; i < members.size(); ++i) {
      const bool last = i + 1 == members.size();
      if (!flat && jsonc_ && one_in(6)) out += begin + "// above: {\"";
      out += begin + members[i] + (last ? (jsonc_ && one_in(4) ? "," : "") : ",") + (flat ? "" : comment());
    }
    return out + (flat ? space() : line_ + pad(depth)) + "}";
  }

  std::string value(std::size_t depth) {
    switch (pick(6)) {
      case 0:
        return "\"x \\\"ssh\\\": // {" + std::to_string(pick(9)) + "\"";
      case 1:
        return "-1.5e3";
      case 2:
        return "[" + space() + "\"]\"," + space() + "null" + space() + "]";
      case 3:
        return object({"\"mcpServers\":" + space() + "{\"ssh\": 1}"}, depth + 1);
      case 4:
        return object({"\"command\":" + space() + "\"npx\"", "\"args\":" + space() + "[]"}, depth + 1);
      default:
        return "true";
    }
  }

  std::string line_, unit_;
  bool flat_ = false, jsonc_ = false;
};

TEST(JsonEntryProperty, KeepsEveryOtherByte) {
  every_other_byte_stays<JsonMaker>({FileFormat::json, "mcpServers", "ssh"});
}

}  // namespace
}  // namespace mcpssh::cli
