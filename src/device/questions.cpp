#include "device/questions.hpp"

#include "base/text.hpp"

namespace mcpssh::device {
namespace {

// The forms met: --More--, -- MORE --, next page: ..., <--- More --->, ---(more 12%)---, --More-- (12% of
// 3456 bytes), -more <Press SPACE ...>-, less's ":" and "lines 1-23".
constexpr std::string_view more_pattern =
    R"(^\s*(?:[<(\-]{1,6}[\s(\-]*more\b[^\n]{0,100})"
    R"(|Press any key to continue \(Q to quit\))"
    R"(|Press <SPACE> to continue or <Q> to quit:?)"
    R"(|\.{2,6}press ENTER to next line, CTRL_C to quit, other key to next page\.{2,6})"
    R"(|More: m,<space> --- Quit: q --- One line: <return> ---)"
    R"(|-Press Any Key For More-)"
    R"(|-- \[Q quit\|D dump\|[^\n]{0,40}\])"
    R"(|\(Enter:next line Space:next page Q:quit R:show the rest\))"
    R"(|lines \d+-\d+(?:/\d+)?(?: \d+%)?(?: byte \d+(?:/\d+)?)?)"
    R"(|Press RETURN to (?:continue|get started)[.!]?)"
    R"(|:)\s*$)";
constexpr std::string_view end_pattern = R"(\(END\)\s*$)";
constexpr std::string_view question_pattern =
    R"((?:pass(?:word|phrase|code)|\bPIN|verification code|one-time code)[^:\n]{0,80}:\s*$)"
    R"(|[\[(](?:confirm )?y(?:es)?(?:[/,|] ?| or )no?\b[^\])\n]{0,24}[\])][^\w\n]{0,8}(?:[\[(]\w{1,8}[\])])?[^\w\n]{0,4}$)"
    R"(|[\[(]no?[/,] ?y(?:es)?\b[^\])\n]{0,24}[\])][^\w\n]{0,8}$)"
    R"(|\[confirm\][^\w\n]{0,4}$)"
    R"(|\[[^\]\n]{0,120}\] ?[?:]\s*$)"
    R"(|(?:are you sure|do you (?:want|wish)|would you like|continue|proceed)\b[^\n]{0,160}\?\s*$)"
    R"(|please type "y" for yes)"
    R"(|press (?:return|enter|any key)\b[^\n]{0,60}$)"
    R"(|^\s*(?:user ?name|login|user)\s*:\s*$)";
constexpr std::string_view login_pattern =
    R"(^[^\n]{0,60}(?:user ?name|login|user|password|passcode|passphrase)\s*:\s*$)";

Regex built_in(std::string_view pattern) {
  auto regex = Regex::compile(pattern, {.ignore_case = true});
  if (!regex) throw regex.error();
  return std::move(*regex);
}

/// An effort limit on a line means that it is none of the short texts above.
bool found(const Regex& regex, std::string_view line) {
  return regex.found_in(line).value_or(false);
}

}  // namespace

Questions::Questions()
    : more_(built_in(more_pattern)),
      end_(built_in(end_pattern)),
      question_(built_in(question_pattern)),
      login_(built_in(login_pattern)) {}

Questions::Pager Questions::pager(std::string_view last_line) const {
  if (last_line.empty() || last_line.size() > longest) return Pager::none;
  if (found(end_, last_line)) return Pager::end;
  return found(more_, last_line) ? Pager::more : Pager::none;
}

Questions::Asks Questions::asks(std::string_view last_line) const {
  const std::string_view text = base::trim(last_line);
  if (text.empty() || text.size() > longest) return Asks::no;
  if (found(question_, last_line)) return Asks::yes;
  return text.ends_with(':') || text.ends_with('?') ? Asks::maybe : Asks::no;
}

Questions::Asks Questions::asks_or_prompts(std::string_view last_line) const {
  const Asks answer = asks(last_line);
  if (answer != Asks::no) return answer;
  if (pager(last_line) != Pager::none) return Asks::yes;
  const std::string_view text = base::trim(last_line);
  if (text.empty() || text.size() > longest) return Asks::no;
  constexpr std::string_view prompt_signs = ">#$%";
  return prompt_signs.contains(text.back()) || text == "..." ? Asks::maybe : Asks::no;
}

bool Questions::asks_for_login(std::string_view last_line) const {
  return found(login_, last_line);
}

}  // namespace mcpssh::device
