#include "cli/operator/host_asking.hpp"

#include <vector>

#include "base/text.hpp"
#include "cli/operator/marked_lines.hpp"

namespace mcpssh::cli {
namespace {

using gateway::HumanQuestion;

constexpr std::size_t most_of_prompt = 100;

std::string shown(const std::string& text) {
  return base::printable(text, most_of_line);
}

std::string way_of(const HumanQuestion& asked) {
  std::vector<std::string> hops;
  for (const auto& hop : asked.through) hops.push_back(shown(hop));
  return hops.empty() ? "" : our_line("  it is reached through " + base::join(hops, ", "));
}

std::string key_of(const HumanQuestion& asked) {
  const auto doubt = shown(asked.host_key_doubt), key = shown(asked.host_key);
  if (doubt.empty() && !key.empty())
    return our_line("  its host key matches the one on record:") + our_line(std::string(indent) + key);
  return our_line("  WARNING: its host key is NOT verified: " +
                  (doubt.empty() ? "the server says nothing of it" : doubt)) +
         our_line(std::string(indent) + key);
}

}  // namespace

std::string who_gets_the_answer(const HumanQuestion& asked) {
  return our_line("  the answer goes to " + shown(asked.host) + " (" + shown(asked.user) + "@" +
                  shown(asked.address) + "), and nowhere else") +
         way_of(asked) + key_of(asked);
}

std::string words_of_the_host(const HumanQuestion& asked) {
  std::string out = our_line("  the words of " + shown(asked.host) + ", which nothing vouches for:");
  for (const auto* words : {&asked.name, &asked.instruction, &asked.text})
    if (!words->empty()) out += marked(*words);
  return out;
}

std::string answer_prompt(const std::string& host, bool seen) {
  return "your answer for " + base::printable(host, most_of_prompt) + " (" + (seen ? "shown" : "not shown") +
         "; Ctrl-C gives none):";
}

}  // namespace mcpssh::cli
