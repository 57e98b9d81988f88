#include "cli/operator/question_text.hpp"

#include <vector>

#include "base/text.hpp"

namespace mcpssh::cli {
namespace {

namespace json = base::json;

/// Of one line; more of it is nobody's question.
constexpr std::size_t most_of_line = 500;
constexpr std::size_t most_lines = 24;

std::string text(const json::object& from, std::string_view key) {
  return base::printable(base::find_string(from, key).value_or(""), most_of_line);
}

std::string way_of(const json::object& question) {
  std::vector<std::string> hops;
  if (const auto* through = question.if_contains("through"); through != nullptr && through->is_array())
    for (const auto& each : through->get_array())
      if (const auto* hop = each.if_string()) hops.push_back(base::printable(*hop, most_of_line));
  return hops.empty() ? "" : ", reached through " + base::join(hops, ", ");
}

std::string key_of(const json::object& question) {
  const auto doubt = text(question, "host_key_doubt"), key = text(question, "host_key");
  if (doubt.empty() && !key.empty()) return "  its host key is verified: " + key + "\n";
  return "  WARNING: its host key is NOT verified: " +
         (doubt.empty() ? "the server says nothing of it" : doubt) + "; " + key + "\n";
}

/// "| " before every line: the host cannot write one that looks like ours.
std::string marked(const std::string& words) {
  std::string out;
  std::size_t count = 0;
  for (const auto line : base::split(words, '\n')) {
    if (++count > most_lines) return out + "    | …\n";
    out += "    | " + base::printable(line, most_of_line) + "\n";
  }
  return out;
}

}  // namespace

std::string question_text(const json::object& question) {
  const auto host = text(question, "host"), towards = text(question, "towards");
  std::string out = text(question, "id") + "  " + host + " asks during a log-in";
  if (const auto* left = question.if_contains("expires_in_s"); left != nullptr && left->is_number())
    out += ", expires in " + json::serialize(*left) + " s";
  out += "\n  the answer goes to " + host + " (" + text(question, "user") + "@" + text(question, "address") +
         ")" + way_of(question) + ", and nowhere else\n" + key_of(question);
  out += "  for " + text(question, "tool") + " of " + text(question, "principal");
  if (const auto client = text(question, "client"); !client.empty()) out += " (its client: " + client + ")";
  if (towards != host) out += ", on the way to " + towards;
  out += "\n  the words of " + host + ", which nothing vouches for:\n";
  for (const auto* key : {"name", "instruction", "text"})
    if (const auto words = base::find_string(question, key).value_or(""); !words.empty())
      out += marked(words);
  return out;
}

}  // namespace mcpssh::cli
