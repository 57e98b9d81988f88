#include <fmt/format.h>

#include <utility>

#include "base/text.hpp"
#include "ssh/login/log_in.hpp"
#include "ssh/login/login_prompt.hpp"
#include "ssh/session/race.hpp"

namespace mcpssh::ssh {
using base::Error;
using base::ErrorCode;
using Step = LogIn::Step;
using namespace std::chrono_literals;
namespace {

/// A host that asks more often than that is not letting anybody in.
constexpr int max_prompts = 10;
constexpr int max_rounds = 10;
constexpr std::size_t max_prompt_bytes = 200;
constexpr std::size_t max_instruction_bytes = 4096;
constexpr std::size_t max_instruction_lines = 20;
/// Who asks keeps to HumanPrompt::until, and says what came of it; who does not is not waited for.
constexpr auto grace = 2s;

std::string text_of(const char* text, std::size_t most) {
  const std::string_view raw = text != nullptr ? text : "";
  return base::printable(base::trim(raw.substr(0, 4 * most)), most);
}

/// The same for a text that may have lines.
std::string lines_of(const char* text, std::size_t most) {
  const std::string_view raw = base::trim(std::string_view(text != nullptr ? text : "").substr(0, 4 * most));
  std::string out;
  std::size_t count = 0;
  for (const auto line : base::split(raw, '\n')) {
    if (out.size() >= most || ++count > max_instruction_lines) return out + "\n…";
    const auto bare = line.ends_with('\r') ? line.substr(0, line.size() - 1) : line;
    out += (count > 1 ? "\n" : "") + base::printable(bare, most - out.size());
  }
  return out;
}

/// The answer; when the host hangs up first, the question is put away and Error(connection_lost) thrown.
base::Task<std::optional<base::Secret>> while_connected(std::shared_ptr<Driver> driver,
                                                        base::Task<std::optional<base::Secret>> asking) {
  using namespace base::asio::experimental::awaitable_operators;
  auto first = co_await (caught(std::move(asking)) || driver->closed());
  driver->throw_if_ended();
  if (first.index() != 0) co_return std::nullopt;
  auto& outcome = std::get<0>(first);
  if (outcome.failure) std::rethrow_exception(outcome.failure);
  co_return std::move(*outcome.value);
}

/// One dialogue: rounds of prompts, until the host has heard enough.
class Dialogue {
 public:
  explicit Dialogue(LogIn& log_in) : log_in_(log_in) {}
  base::Task<Step> run();

 private:
  base::Task<int> next_round();
  /// False when the host wants again what it has refused.
  base::Task<bool> answer_round();
  base::Task<base::Secret> ask_human(HumanPrompt prompt);
  Error needs_human(const HumanPrompt& prompt, const std::string& why) const;

  LogIn& log_in_;
  int prompts_ = 0;
};

base::Task<int> Dialogue::next_round() {
  const bool broken_before = ssh_get_error_code(log_in_.driver->session()) == SSH_FATAL;
  // A round that libssh does not take (more than 256 prompts) leaves it waiting for ever.
  const auto call = [broken_before](ssh_session session) {
    const int rc = ssh_userauth_kbdint(session, nullptr, nullptr);
    const bool broken = !broken_before && ssh_get_error_code(session) == SSH_FATAL;
    return rc == SSH_AUTH_AGAIN && broken ? static_cast<int>(SSH_AUTH_ERROR) : rc;
  };
  co_return co_await log_in_.drive(call);
}

/// PAM asks for a password as a round of one question, then sends an empty round.
base::Task<Step> Dialogue::run() {
  log_in_.under_way = "keyboard-interactive";
  int rc = co_await next_round();
  for (int round = 0; rc == SSH_AUTH_INFO && round < max_rounds; ++round) {
    const bool answered = co_await answer_round();
    log_in_.dialogue_spent = !answered;  // libssh would send the abandoned answers next time
    if (!answered) co_return log_in_.after(SSH_AUTH_DENIED, "keyboard-interactive");
    rc = co_await next_round();
  }
  if (rc == SSH_AUTH_INFO) rc = SSH_AUTH_DENIED;
  co_return log_in_.after(rc, "keyboard-interactive");
}

base::Task<bool> Dialogue::answer_round() {
  const auto session = log_in_.driver->session();
  const int count = ssh_userauth_kbdint_getnprompts(session);
  prompts_ += count;
  if (prompts_ > max_prompts)
    throw Error(
        ErrorCode::protocol_error,
        fmt::format("the host asks {} questions during the log-in; {} are the most", prompts_, max_prompts),
        "check what answers on that port, or use a key for this host");
  for (int i = 0; i < count; ++i) {
    char echo = 1;
    HumanPrompt prompt = log_in_.introduction;
    prompt.host = log_in_.target.name;
    prompt.user = log_in_.target.user;
    prompt.text =
        text_of(ssh_userauth_kbdint_getprompt(session, static_cast<unsigned>(i), &echo), max_prompt_bytes);
    prompt.name = text_of(ssh_userauth_kbdint_getname(session), max_prompt_bytes);
    prompt.instruction = lines_of(ssh_userauth_kbdint_getinstruction(session), max_instruction_bytes);
    prompt.echo = echo != 0;
    const auto& password = log_in_.target.credentials.password;
    const bool is_password = password && kind_of_prompt(prompt.text, prompt.echo) == PromptKind::password;
    if (is_password && std::exchange(log_in_.password_sent, true)) co_return false;
    base::Secret answer = is_password ? *password : base::Secret();
    if (!is_password) answer = co_await ask_human(std::move(prompt));
    log_in_.driver->throw_if_ended();
    ssh_userauth_kbdint_setanswer(session, static_cast<unsigned>(i), answer.reveal().c_str());
  }
  co_return true;
}

Error Dialogue::needs_human(const HumanPrompt& prompt, const std::string& why) const {
  return Error(
      ErrorCode::needs_human,
      fmt::format("the host asks {} \"{}\", and {}", base::printable(log_in_.target.user), prompt.text, why),
      "connect where a person can answer (a terminal or an approver), or use a key for this host");
}

base::Task<base::Secret> Dialogue::ask_human(HumanPrompt prompt) {
  if (!log_in_.target.ask_human) throw needs_human(prompt, "there is no way to ask a person");
  const LoginClock::Pause thinking(log_in_.clock);
  const auto now = std::chrono::steady_clock::now();
  prompt.until = answer_until(log_in_.clock.began(), now, log_in_.target.human_timeout);
  if (prompt.until <= now) throw needs_human(prompt, "hangs up before anybody could answer");
  auto asking = while_connected(log_in_.driver, log_in_.target.ask_human(prompt));
  auto answer = co_await within(prompt.until + grace, std::move(asking));
  if (!answer) throw needs_human(prompt, "nobody answered in time");
  if (!*answer) throw needs_human(prompt, "nobody answered");
  co_return std::move(**answer);
}

}  // namespace

base::Task<Step> log_in_by_dialogue(LogIn& log_in) {
  if (log_in.dialogue_spent) co_return Step::spent;
  Dialogue dialogue(log_in);
  co_return co_await dialogue.run();
}

}  // namespace mcpssh::ssh
