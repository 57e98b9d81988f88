#include "device/prompt_pattern.hpp"

#include <algorithm>

#include "base/text.hpp"

namespace mcpssh::device {
namespace {

constexpr std::string_view built_in = R"(^[\w.\-@/:+()\[\]<{}~*^!=,# ]{0,120}[>#$%\]] ?$)";
constexpr std::size_t longest_prompt = 300;
/// IOS cuts the host name in configuration prompts, to 16 characters at the least.
constexpr std::size_t shortest_cut_name = 14;

bool in_name(char c) {
  return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '.' || c == '-' ||
         c == '_' || static_cast<unsigned char>(c) >= 0x80;
}

std::string_view right_trimmed(std::string_view text) {
  return text.substr(0, text.find_last_not_of(' ') + 1);
}

/// The first run of name characters at or behind `from`.
std::string_view word_from(std::string_view text, std::size_t from) {
  const auto begin = std::find_if(text.begin() + static_cast<std::ptrdiff_t>(from), text.end(), in_name);
  return {begin, std::find_if_not(begin, text.end(), in_name)};
}

/// Whether `name` stands in `text` and is not a part of a longer name.
bool has_word(std::string_view text, std::string_view name) {
  for (auto at = text.find(name); at != std::string_view::npos; at = text.find(name, at + 1)) {
    const bool starts = at == 0 || !in_name(text[at - 1]) || text[at - 1] == '_';
    const auto behind = at + name.size();
    const bool ends =
        behind == text.size() || !in_name(text[behind]) || text[behind] == '-' || text[behind] == '.';
    if (starts && ends) return true;
  }
  return false;
}

}  // namespace

std::string host_in_prompt(std::string_view prompt) {
  std::string_view word;
  if (const auto at = prompt.find('@'); at != std::string_view::npos)
    word = word_from(prompt, at);
  else if (const auto colon = prompt.rfind(':'); colon != std::string_view::npos)
    word = word_from(prompt, colon);
  if (word.empty()) word = word_from(prompt, 0);
  const auto counter = word.find_last_not_of("0123456789");
  if (counter != std::string_view::npos && counter > 0 && counter + 1 < word.size() && word[counter] == '.')
    word = word.substr(0, counter);
  return std::string(word);
}

std::expected<PromptPattern, base::Error> PromptPattern::make(std::string_view regex) {
  auto compiled = Regex::compile(regex.empty() ? built_in : regex, {.to_the_end = true});
  if (!compiled) return std::unexpected(compiled.error());
  return PromptPattern(std::move(*compiled));
}

/// Patterns written for the original may ask for a line end before the prompt, and seldom care for the space
/// behind.
bool PromptPattern::matches(std::string_view line) const {
  if (line.size() > longest_prompt || base::trim(line).empty()) return false;
  for (const std::string_view text : {line, right_trimmed(line)}) {
    const auto found = regex_.found_in("\n" + std::string(text));
    if (!found) throw found.error();
    if (*found) return true;
  }
  return false;
}

PromptPattern::Likeness PromptPattern::like(std::string_view line) const {
  if (!learned_.empty() && right_trimmed(line) == right_trimmed(learned_)) return Likeness::known;
  if (!matches(line)) return Likeness::none;
  if (host_.empty()) return Likeness::shaped;
  if (has_word(line, host_)) return Likeness::known;
  const std::string name = host_in_prompt(line);
  const bool cut = name.size() >= shortest_cut_name && host_.starts_with(name);
  return cut ? Likeness::known : Likeness::shaped;
}

void PromptPattern::learn(std::string_view line) {
  const bool same_host = !host_.empty() && like(line) == Likeness::known;
  learned_ = line;
  if (!same_host) host_ = host_in_prompt(line);
}

}  // namespace mcpssh::device
