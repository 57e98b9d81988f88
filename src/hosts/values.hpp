#pragma once
#include <optional>
#include <string>
#include <string_view>

namespace mcpssh::hosts {

/// What is wrong with a value, to stand behind its name: "must not start with `-`"; nothing when it is fine.
/// These are the border: inside, the fields of Host can be put into messages and handed to SSH as they are.
using Problem = std::optional<std::string>;

/// The key of a host, or a group: [A-Za-z0-9._-]{1,64}, not starting with "-", not "all".
Problem problem_of_name(std::string_view name);
/// `host:`: a DNS name or IP address, never something an argument list or a URL would read otherwise.
Problem problem_of_address(std::string_view address);
Problem problem_of_user(std::string_view user);
/// The message never repeats the value: it may be the secret itself.
Problem problem_of_variable(std::string_view variable);
/// A file name as written, "~" allowed.
Problem problem_of_path(std::string_view path);
Problem problem_of_description(std::string_view text);
/// deny_patterns and allow_patterns: what could never match, or always does, is a mistake.
Problem problem_of_pattern(std::string_view pattern);
Problem problem_of_prompt(std::string_view regex);
Problem problem_of_rule_id(std::string_view id);
Problem problem_of_platform(std::string_view platform);

}  // namespace mcpssh::hosts
