// `allow:` and `deny:` of a host: rules about the words of a command.
#include <fmt/format.h>

#include <algorithm>

#include "base/text.hpp"
#include "hosts/readers.hpp"
#include "hosts/route_values.hpp"

namespace mcpssh::hosts {
namespace {

constexpr std::size_t most_words = 64;
constexpr std::size_t most_rules = 500;

/// One word of a rule: a text, `*`, or `{in: [a, b]}`.
std::vector<std::string> read_alternatives(const Section& rule, const YamlNode& word) {
  if (word.kind == YamlNode::Kind::scalar) {
    if (word.text == "*") return {};
    if (const auto problem = problem_of_argument(word.text))
      rule.fail(rule.place(word), fmt::format("{}: {}", rule.path("run"), *problem));
    return {word.text};
  }
  const Section choice(word, rule.path("run"), rule.file(), word_choice_keys);
  auto words = choice.texts("in", problem_of_argument);
  if (words.empty()) rule.fail(rule.place(word), fmt::format("{}: `in` names no word", rule.path("run")));
  return words;
}

void read_words(const Section& section, ArgvRule& rule) {
  const YamlNode* run = section.find("run");
  if (run == nullptr)
    section.fail(section.place("run"), section.path("run") + " is missing",
                 "add `run: [program, word, ...]`");
  if (run->kind == YamlNode::Kind::scalar) {
    for (const std::string_view word : base::split(run->text, ' ')) {
      if (word.empty()) continue;
      if (const auto problem = problem_of_argument(word))
        section.fail(section.place(*run), fmt::format("{}: {}", section.path("run"), *problem));
      rule.words.push_back(word == "*" ? std::vector<std::string>()
                                       : std::vector<std::string>{std::string(word)});
    }
  } else if (run->kind == YamlNode::Kind::sequence) {
    for (const YamlNode& word : run->items) rule.words.push_back(read_alternatives(section, word));
  }
  const YamlNode* last = run->items.empty() ? run : &run->items.back();
  rule.more = last->kind == YamlNode::Kind::scalar && !rule.words.empty() &&
              rule.words.back() == std::vector<std::string>{"**"};
  if (rule.more) rule.words.pop_back();
  const bool many = std::ranges::any_of(
      rule.words, [](const auto& word) { return std::ranges::find(word, "**") != word.end(); });
  if (many) section.fail(section.place(*run), section.path("run") + ": `**` may stand only at the end");
  if (rule.words.empty() || rule.words[0].empty() || rule.words.size() > most_words)
    section.fail(section.place(*run), section.path("run") + " must begin with the name of a program",
                 "for example `run: [systemctl, restart, {in: [nginx, php-fpm]}]`");
}

/// Any text a person could type at the host.
Problem problem_of_example(std::string_view text) {
  if (text.empty()) return "is empty";
  return std::nullopt;
}

}  // namespace

std::vector<ArgvRule> read_argv_rules(const Section& section, std::string_view key) {
  std::vector<ArgvRule> out;
  const YamlNode* list = section.find(key);
  if (list == nullptr || list->kind == YamlNode::Kind::null) return out;
  if (list->kind != YamlNode::Kind::sequence)
    section.fail(section.place(*list), section.path(key) + " must be a list of rules",
                 "for example `- run: [systemctl, restart, nginx]`");
  if (list->items.size() > most_rules)
    section.fail(section.place(*list),
                 fmt::format("{} has more than {} rules", section.path(key), most_rules));
  for (const YamlNode& item : list->items) {
    const Section rule(item, section.path(key), section.file(), argv_rule_keys);
    ArgvRule read;
    read.place = rule.place(item);
    read_words(rule, read);
    read.examples = rule.texts("examples", problem_of_example);
    read.counter_examples = rule.texts("counter_examples", problem_of_example);
    out.push_back(std::move(read));
  }
  return out;
}

std::string to_string(const ArgvRule& rule) {
  std::vector<std::string> parts;
  for (const auto& word : rule.words) parts.push_back(word.empty() ? "*" : base::join(word, "|"));
  if (rule.more) parts.emplace_back("**");
  return base::printable(base::join(parts, " "), 200);
}

}  // namespace mcpssh::hosts
