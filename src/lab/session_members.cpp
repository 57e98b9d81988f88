#include "lab/session_members.hpp"

#include <algorithm>
#include <charconv>
#include <csignal>
#include <filesystem>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/error.hpp"
#include "base/file.hpp"
#include "base/text.hpp"

namespace mcpssh::lab {
namespace fs = std::filesystem;
namespace {

std::optional<pid_t> number(std::string_view text) {
  pid_t value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (error != std::errc() || end != text.data() + text.size()) return std::nullopt;
  return value;
}

/// True for a process of that session that is not dead yet. proc(5): "pid (name) state ppid pgrp session
/// ...", where the name may hold anything, also ')'.
bool alive_in(pid_t process, pid_t session) {
  std::string text;
  try {
    text = base::read_file("/proc/" + std::to_string(process) + "/stat", 8192);
  } catch (const base::Error&) {
    return false;  // gone meanwhile
  }
  const std::size_t name_end = text.rfind(") ");
  if (name_end == std::string::npos) return false;
  const auto fields = base::split(std::string_view(text).substr(name_end + 2), ' ');
  return fields.size() > 3 && number(fields[3]) == session && fields[0] != "Z" && fields[0] != "X";
}

std::vector<pid_t> living_members(pid_t session) {
  std::vector<pid_t> found;
  std::error_code error;
  for (fs::directory_iterator entry("/proc", error), end; !error && entry != end; entry.increment(error)) {
    const auto process = number(entry->path().filename().native());
    if (process && alive_in(*process, session)) found.push_back(*process);
  }
  return found;
}

}  // namespace

void kill_session(pid_t leader) {
  // A process killed in mid-fork may leave one more child, so look again until nobody new turns up.
  std::vector<pid_t> killed;
  for (bool fresh = true; fresh;) {
    fresh = false;
    for (const pid_t member : living_members(leader)) {
      ::kill(member, SIGKILL);
      if (std::ranges::find(killed, member) != killed.end()) continue;
      killed.push_back(member);
      fresh = true;
    }
  }
}

}  // namespace mcpssh::lab
