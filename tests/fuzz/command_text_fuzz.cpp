// The text of an exec request, taken apart again by the rules of sh: whatever directory, environment and user
// are, they stay between their quotes, the command comes last and verbatim, and the password is nowhere.
#include <fuzzer/FuzzedDataProvider.h>

#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string>
#include <string_view>

#include "base/text.hpp"
#include "ssh/exec/command_text.hpp"

namespace {
using namespace mcpssh;
constexpr std::string_view nonce = "0123456789abcdef";
constexpr std::string_view password = "Pw~canary~of~sudo";

void demand(bool holds) {
  if (!holds) std::abort();
}

void take(std::string_view& text, std::string_view expected) {
  demand(text.starts_with(expected));
  text.remove_prefix(expected.size());
}

/// Reads one word of '...' and \' as sh does; it ends at the first other character.
std::string take_word(std::string_view& text) {
  std::string word;
  for (;;) {
    if (text.starts_with("\\'")) {
      word += '\'';
      text.remove_prefix(2);
    } else if (text.starts_with('\'')) {
      const auto end = text.find('\'', 1);
      demand(end != std::string_view::npos);
      word += text.substr(1, end - 1);
      text.remove_prefix(end + 1);
    } else {
      return word;
    }
  }
}

void check_prepared(std::string_view text, const ssh::ExecRequest& request) {
  if (!request.directory.empty()) {
    take(text, "CDPATH= cd -- ");
    demand(take_word(text) == (request.directory == "-" ? "./-" : request.directory));
    take(text, " >/dev/null || { echo ");
    take(text, nonce);
    take(text, " no-directory >&2; exit 1; }\n");
  }
  if (!request.environment.empty()) {
    take(text, "export");
    for (const auto& [name, value] : request.environment) {
      take(text, " " + name + "=");
      demand(take_word(text) == value);
    }
    take(text, " || exit 1\n");
  }
  take(text, "echo " + std::string(nonce) + " go >&2\n");
  demand(text == request.command);
}

void check_posix(std::string_view text, const ssh::ExecRequest& request) {
  take(text, "echo " + std::string(nonce) + " $$ >&2\n");
  if (!ssh::has_go_line(request)) {
    demand(text == request.command);
    return;
  }
  if (!request.sudo) return check_prepared(text, request);
  take(text, "exec sudo ");
  if (request.sudo->password) {
    if (!request.tty) take(text, "-S ");
    take(text, "-p ");
    demand(take_word(text) == std::string(nonce) + " ask\n");
  } else {
    take(text, "-n");
  }
  take(text, " -u ");
  demand(take_word(text) == request.sudo->user);
  take(text, " -- sh -c ");
  const std::string inner = take_word(text);
  demand(text.empty());
  std::string_view rest = inner;
  take(rest, "echo " + std::string(nonce) + " in >&2\n");
  check_prepared(rest, request);
}

/// What `exec sh -c '...'` hands on: nothing between its quotes ends them, and the octals spell the text.
void check_through_sh(std::string_view line, std::string_view text) {
  take(line, "exec sh -c 'x=$(printf %b \"");
  const std::string_view end = ".\");exec sh -c \"${x%.}\"'";
  demand(line.ends_with(end));
  line.remove_suffix(end.size());
  std::string read;
  while (!line.empty()) {
    const char c = line.front();
    demand(std::string_view("'\"\n$`!").find(c) == std::string_view::npos);
    if (c != '\\') {
      read += c;
      line.remove_prefix(1);
      continue;
    }
    demand(line.size() >= 5);
    read += static_cast<char>(std::stoi(std::string(line.substr(1, 4)), nullptr, 8));
    line.remove_prefix(5);
  }
  demand(read == text);
}

ssh::ExecRequest request_from(FuzzedDataProvider& from) {
  ssh::ExecRequest request;
  request.tty = from.ConsumeBool();
  if (from.ConsumeBool()) {
    request.sudo.emplace();
    request.sudo->user = from.ConsumeRandomLengthString(40);
    if (from.ConsumeBool()) request.sudo->password = base::Secret(std::string(password));
  }
  request.directory = from.ConsumeRandomLengthString(80);
  for (int i = from.ConsumeIntegralInRange(0, 3); i > 0; --i) {
    std::string name = from.ConsumeRandomLengthString(12);
    request.environment.emplace_back(std::move(name), from.ConsumeRandomLengthString(80));
  }
  request.command = from.ConsumeRemainingBytesAsString();
  return request;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view everything(reinterpret_cast<const char*>(data), size);
  FuzzedDataProvider from(data, size);
  const auto request = request_from(from);
  const auto posix = ssh::command_text(request, nonce, ssh::CommandShell::posix);
  if (posix) {
    demand(!posix->contains('\0'));
    check_posix(*posix, request);
    if (!everything.contains(password)) demand(!posix->contains(password));
  }
  const auto through = ssh::command_text(request, nonce, ssh::CommandShell::through_sh);
  if (through) {
    demand(posix.has_value());
    check_through_sh(*through, *posix);
  }
  const auto bare = ssh::command_text(request, nonce, ssh::CommandShell::unknown);
  if (bare) demand(*bare == request.command && !request.sudo && request.directory.empty());
  return 0;
}
