#include "hosts/values.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cctype>
#include <limits>

#include "base/text.hpp"

namespace mcpssh::hosts {
namespace {

constexpr std::size_t name_bytes = 64;
constexpr std::size_t address_bytes = 253;  // RFC 1035 section 2.3.4 less the length octets
constexpr std::size_t user_bytes = 64;
constexpr std::size_t variable_bytes = 256;
constexpr std::size_t path_bytes = 4096;  // Linux's PATH_MAX
constexpr std::size_t pattern_bytes = 4096;
constexpr std::size_t description_bytes = 1000;  // an AI reads every one of them in ssh_list_hosts

bool is_alnum(char c) {
  return (c >= '0' && c <= '9') || (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z');
}

bool only(std::string_view text, std::string_view beside_letters_and_digits) {
  return std::ranges::all_of(text, [&](char c) {
    return is_alnum(c) || beside_letters_and_digits.find(c) != std::string_view::npos;
  });
}

std::string quoted(std::string_view text) {
  return "`" + base::printable(text, 80) + "`";
}

Problem problem_of_length(std::string_view text, std::size_t most) {
  if (text.empty()) return "is empty";
  if (text.size() > most) return fmt::format("is longer than {} bytes", most);
  return std::nullopt;
}

Problem problem_of_word(std::string_view text, std::size_t most, std::string_view extra) {
  if (auto problem = problem_of_length(text, most)) return problem;
  if (text.front() == '-') return fmt::format("{} must not start with `-`", quoted(text));
  if (!only(text, extra))
    return fmt::format("{} may hold only letters, digits and `{}`", quoted(text), fmt::join(extra, "` `"));
  return std::nullopt;
}

/// Invisible and direction-changing characters are out too: they would let one text pass for another.
bool shows_as_itself(std::string_view text) {
  return base::printable(text, std::numeric_limits<std::size_t>::max()) == text;
}

Problem problem_of_controls(std::string_view text, std::string_view allowed, std::string_view advice) {
  for (const char c : text) {
    const auto byte = static_cast<unsigned char>(c);
    if ((byte < 0x20 || byte == 0x7f) && allowed.find(c) == std::string_view::npos)
      return fmt::format("holds the control character 0x{:02x}{}", byte, advice);
  }
  return std::nullopt;
}

constexpr std::string_view quote_advice = "; in single quotes YAML leaves a backslash alone";

}  // namespace

Problem problem_of_name(std::string_view name) {
  if (name == "all") return "`all` means every host and cannot be a name";
  return problem_of_word(name, name_bytes, "._-");
}

Problem problem_of_address(std::string_view address) {
  if (address.find('@') != std::string_view::npos)
    return fmt::format("{} holds an `@`; the user goes into `user`", quoted(address));
  if (auto problem = problem_of_word(address, address_bytes, ".-_:%")) return problem;
  if (std::ranges::count(address, ':') == 1)
    return fmt::format("{} holds one `:`; the port goes into `port`", quoted(address));
  return std::nullopt;
}

Problem problem_of_user(std::string_view user) {
  if (auto problem = problem_of_length(user, user_bytes)) return problem;
  if (user.front() == '-') return fmt::format("{} must not start with `-`", quoted(user));
  if (!shows_as_itself(user)) return fmt::format("{} holds characters that cannot be seen", quoted(user));
  return std::nullopt;
}

Problem problem_of_variable(std::string_view variable) {
  if (auto problem = problem_of_length(variable, variable_bytes)) return problem;
  const bool named = only(variable, "_") && (variable.front() < '0' || variable.front() > '9');
  if (!named)
    return "is not the name of an environment variable (letters, digits and `_`); "
           "secrets do not go into this file";
  return std::nullopt;
}

Problem problem_of_path(std::string_view path) {
  if (auto problem = problem_of_length(path, path_bytes)) return problem;
  if (path.front() == '-') return fmt::format("{} must not start with `-`", quoted(path));
  return problem_of_controls(path, "", "");
}

Problem problem_of_description(std::string_view text) {
  if (text.size() > description_bytes) return fmt::format("is longer than {} bytes", description_bytes);
  if (!shows_as_itself(text))
    return "holds line breaks, control characters or characters that cannot be seen";
  return std::nullopt;
}

Problem problem_of_pattern(std::string_view pattern) {
  if (pattern.empty()) return "is empty, which would match every command";
  if (auto problem = problem_of_length(pattern, pattern_bytes)) return problem;
  if (pattern.ends_with('\n'))
    return "ends with a line break, so it would hardly ever match; write it on one line";
  return problem_of_controls(pattern, "\t\r\n", quote_advice);
}

Problem problem_of_prompt(std::string_view regex) {
  if (auto problem = problem_of_length(regex, pattern_bytes)) return problem;
  return problem_of_controls(regex, "\t\r\n\x1b", quote_advice);
}

Problem problem_of_rule_id(std::string_view id) {
  return problem_of_word(id, name_bytes, "._-");
}

Problem problem_of_platform(std::string_view platform) {
  return problem_of_word(platform, name_bytes, "._-");
}

}  // namespace mcpssh::hosts
