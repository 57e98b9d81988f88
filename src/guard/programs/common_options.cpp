#include "guard/programs/common_options.hpp"

#include <fmt/format.h>

#include "base/text.hpp"
#include "guard/shell/words.hpp"

namespace mcpssh::guard {
namespace {

/// Their value is a command.
constexpr std::string_view commands =
    "diff-program pager openssl sftp-ssh helm-command external-agent external-check agent-program rsync-path "
    "compress-program use-compress-program exec-batch pre-invoke post-invoke gpg-program password-command "
    "on-change on-error preprocessor diff-cmd diff3-cmd editor-cmd ssh-command";

/// They load code, or settings that name some.
constexpr std::string_view loaders =
    "lua-filter enable-exec custom-dir external-dir providerpath provider-path plugin-path plugin-dir "
    "load-plugin load-extension javaagent agentpath rcfile init-file";

/// The name of an option word, without its dashes and value.
std::string_view name_of(std::string_view word) {
  word.remove_prefix(word.starts_with("--") ? 2 : 1);
  return word.substr(0, word.find_first_of("=:"));
}

}  // namespace

void judge_common_options(const Call& call) {
  for (std::size_t at = 1; at < call.words.size(); ++at) {
    const std::string_view text = call.words[at].text();
    constexpr std::size_t shortest = 6;
    if (text.size() < shortest || text[0] != '-') continue;
    const std::string_view name = name_of(text);
    if (has_name(loaders, name))
      call.does("shell.script", fmt::format("{} loads code by {}", call.name, base::printable(text, 40)));
    if (!has_name(commands, name)) continue;
    const auto equals = text.find('=');
    if (equals != std::string_view::npos)
      call.out.runs(call.words[at].substr(equals + 1));
    else if (at + 1 < call.words.size())
      call.out.runs(call.words[at + 1]);
  }
}

}  // namespace mcpssh::guard
