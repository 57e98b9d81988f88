#include "cli/operator/question_text.hpp"

#include <string_view>

#include "base/text.hpp"
#include "cli/operator/host_asking.hpp"
#include "cli/operator/marked_lines.hpp"

namespace mcpssh::cli {
namespace {

namespace json = base::json;

constexpr std::size_t most_of_client = 64;

std::string raw(const json::object& from, std::string_view key) {
  return base::find_string(from, key).value_or("");
}

std::string text(const json::object& from, std::string_view key) {
  return base::printable(raw(from, key), most_of_line);
}

gateway::HumanQuestion asked_in(const json::object& question) {
  gateway::HumanQuestion asked;
  asked.host = raw(question, "host");
  asked.user = raw(question, "user");
  asked.address = raw(question, "address");
  if (const auto* through = question.if_contains("through"); through != nullptr && through->is_array())
    for (const auto& each : through->get_array())
      if (const auto* hop = each.if_string()) asked.through.emplace_back(*hop);
  asked.host_key = raw(question, "host_key");
  asked.host_key_doubt = raw(question, "host_key_doubt");
  asked.name = raw(question, "name");
  asked.instruction = raw(question, "instruction");
  asked.text = raw(question, "text");
  return asked;
}

}  // namespace

std::string question_text(const json::object& question) {
  const auto asked = asked_in(question);
  const auto host = text(question, "host"), towards = text(question, "towards");
  std::string first = text(question, "id") + "  " + host + " asks during a log-in";
  if (const auto* left = question.if_contains("expires_in_s"); left != nullptr && left->is_number())
    first += ", expires in " + json::serialize(*left) + " s";
  std::string out = our_line(first) + who_gets_the_answer(asked);
  out += our_line("  for " + text(question, "tool") + " of " + text(question, "principal") +
                  (towards != host ? ", on the way to " + towards : ""));
  out += words_of_the_host(asked);
  if (const auto client = raw(question, "client"); !client.empty())
    out += "  what the asking client calls itself (unverified):\n" +
           marked(base::printable(client, most_of_client));
  return out;
}

}  // namespace mcpssh::cli
