#include "ssh/exec/command_text.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace mcpssh::ssh {
namespace {
using testing::EndsWith;
using testing::HasSubstr;
using testing::StartsWith;

const std::string nonce = "00ff00ff";

ExecRequest request_of(std::string command) {
  ExecRequest request;
  request.command = std::move(command);
  return request;
}

std::string text_of(const ExecRequest& request, CommandShell shell = CommandShell::posix) {
  const auto text = command_text(request, nonce, shell);
  return text ? *text : "error: " + text.error().message();
}

TEST(CommandText, OfAPlainCommandIsAPidLineAndTheCommandVerbatim) {
  EXPECT_EQ(text_of(request_of("ls -l # '\"\\")), "echo 00ff00ff $$ >&2\nls -l # '\"\\");
  EXPECT_FALSE(has_go_line(request_of("ls")));
}

TEST(CommandText, ForAnUnknownShellIsTheCommandAlone) {
  EXPECT_EQ(text_of(request_of("show version"), CommandShell::unknown), "show version");
}

TEST(CommandText, ChangesDirectoryAndExportsInFrontOfTheCommand) {
  auto request = request_of("cat <<E\nx\nE");
  request.directory = "/srv/it's here";
  request.environment = {{"A", "1"}, {"_b2", "$(x) 'y'\n`z`"}};
  EXPECT_EQ(text_of(request),
            "echo 00ff00ff $$ >&2\n"
            "CDPATH= cd -- '/srv/it'\\''s here' >/dev/null || { echo 00ff00ff no-directory >&2; exit 1; }\n"
            "export A='1' _b2='$(x) '\\''y'\\''\n`z`' || exit 1\n"
            "echo 00ff00ff go >&2\n"
            "cat <<E\nx\nE");
  EXPECT_TRUE(has_go_line(request));
}

TEST(CommandText, TakesADashForADirectoryOfThatName) {
  auto request = request_of("ls");
  request.directory = "-";
  EXPECT_THAT(text_of(request), HasSubstr("cd -- './-' "));
}

TEST(CommandText, NeverHoldsThePasswordForSudo) {
  auto request = request_of("id");
  request.sudo.emplace();
  request.sudo->user = "o'brien";
  request.sudo->password = base::Secret("hunter2");
  for (const auto shell : {CommandShell::posix, CommandShell::through_sh})
    EXPECT_THAT(text_of(request, shell), testing::Not(HasSubstr("hunter2")));
  EXPECT_EQ(text_of(request),
            "echo 00ff00ff $$ >&2\nexec sudo -S -p '00ff00ff ask\n' -u 'o'\\''brien' -- sh -c "
            "'echo 00ff00ff in >&2\necho 00ff00ff go >&2\nid'");
}

TEST(CommandText, LetsSudoAskOnTheTerminalOrNotAtAll) {
  auto request = request_of("id");
  request.sudo.emplace();
  EXPECT_THAT(text_of(request), HasSubstr("exec sudo -n -u 'root' -- sh -c "));
  request.sudo->password = base::Secret("hunter2");
  request.tty = true;
  EXPECT_THAT(text_of(request), HasSubstr("exec sudo -p '00ff00ff ask\n' -u 'root' -- sh -c "));
}

TEST(CommandText, ThroughShHoldsNothingAnotherShellTreatsSpecially) {
  std::string every;
  for (int byte = 1; byte < 256; ++byte) every += static_cast<char>(byte);
  const std::string line = through_sh(every);
  ASSERT_THAT(line, StartsWith("exec sh -c '"));
  ASSERT_THAT(line, EndsWith("'"));
  const auto quoted = std::string_view(line).substr(12, line.size() - 13);
  for (const char c : quoted) EXPECT_TRUE(c >= ' ' && c <= '~' && c != '\'' && c != '!') << int{c};
  EXPECT_FALSE(quoted.contains("\\\\"));
  EXPECT_EQ(through_sh("ab c\n"), "exec sh -c 'x=$(printf %b \"ab c\\0012.\");exec sh -c \"${x%.}\"'");
}

struct Refusal {
  const char* what;
  ExecRequest request;
  CommandShell shell = CommandShell::posix;
};

std::vector<Refusal> refusals() {
  std::vector<Refusal> all;
  const auto add = [&all](const char* what, auto change, CommandShell shell = CommandShell::posix) {
    auto request = request_of("ls");
    change(request);
    all.push_back({what, request, shell});
  };
  add("NUL byte", [](ExecRequest& r) { r.command = std::string("a\0b", 3); });
  add("NUL byte", [](ExecRequest& r) { r.directory = std::string("a\0b", 3); });
  add("NUL byte", [](ExecRequest& r) { r.environment = {{"A", std::string("a\0b", 3)}}; });
  for (const char* name : {"", "1A", "A-B", "A=B", "A;x", "A\n", "\xc3\xa4"})
    add("is not a name", [name](ExecRequest& r) { r.environment = {{name, "x"}}; });
  add("sudo cannot run as", [](ExecRequest& r) { r.sudo = SudoRequest{"", std::nullopt}; });
  add("sudo cannot run as", [](ExecRequest& r) { r.sudo = SudoRequest{"a\nb", std::nullopt}; });
  add("line break", [](ExecRequest& r) { r.sudo = SudoRequest{"root", base::Secret("a\nb")}; });
  add("does not pass a terminal", [](ExecRequest& r) { r.tty = true, r.input = "\x03"; });
  add("does not pass a terminal", [](ExecRequest& r) { r.tty = true, r.input = std::string(5000, 'x'); });
  add("128 KiB", [](ExecRequest& r) { r.command = std::string(140'000, 'x'); });
  add("128 KiB", [](ExecRequest& r) { r.command = std::string(40'000, '!'); }, CommandShell::through_sh);
  const auto unknown = CommandShell::unknown;
  add("proved itself", [](ExecRequest& r) { r.directory = "/"; }, unknown);
  add("proved itself", [](ExecRequest& r) { r.environment = {{"A", "1"}}; }, unknown);
  add("proved itself", [](ExecRequest& r) { r.input = "x"; }, unknown);
  add("proved itself", [](ExecRequest& r) { r.sudo.emplace(); }, unknown);
  add("proved itself", [](ExecRequest& r) { r.tty = true; }, unknown);
  return all;
}

TEST(CommandText, RefusesWhatNoShellCanTake) {
  for (const auto& [what, request, shell] : refusals()) {
    const auto text = command_text(request, nonce, shell);
    ASSERT_FALSE(text) << what;
    EXPECT_EQ(text.error().code(), base::ErrorCode::invalid_argument);
    EXPECT_THAT(text.error().message(), HasSubstr(what));
  }
}

}  // namespace
}  // namespace mcpssh::ssh
