#include "guard/shell/environment.hpp"

#include <array>

#include "guard/shell/path.hpp"
#include "guard/shell/variables.hpp"
#include "guard/shell/words.hpp"

namespace mcpssh::guard {
namespace {

/// Set by the shell behind the script's back (bash manual 5.2).
constexpr std::array<std::string_view, 33> own_variables{"_",
                                                         "PWD",
                                                         "OLDPWD",
                                                         "REPLY",
                                                         "OPTARG",
                                                         "OPTIND",
                                                         "MAPFILE",
                                                         "COPROC",
                                                         "RANDOM",
                                                         "SRANDOM",
                                                         "SECONDS",
                                                         "LINENO",
                                                         "EPOCHSECONDS",
                                                         "EPOCHREALTIME",
                                                         "BASHPID",
                                                         "BASH_COMMAND",
                                                         "BASH_SUBSHELL",
                                                         "BASH_REMATCH",
                                                         "BASH_SOURCE",
                                                         "BASH_LINENO",
                                                         "BASH_ARGC",
                                                         "BASH_ARGV",
                                                         "BASH_ARGV0",
                                                         "BASH_ALIASES",
                                                         "BASH_CMDS",
                                                         "FUNCNAME",
                                                         "DIRSTACK",
                                                         "PIPESTATUS",
                                                         "GROUPS",
                                                         "HISTCMD",
                                                         "PPID",
                                                         "UID",
                                                         "EUID"};

}  // namespace

Environment::Environment(std::string_view directory) {
  if (directory == "??")
    lose_track();
  else if (directory == "?")
    directory_ = Field::unknown("$PWD", false);
  else if (directory == "~" || directory.starts_with("~/"))
    directory_ = home_path(directory.substr(1));
  else if (!directory.empty())
    directory_ = absolute(Field(directory), Field());
}

const Field* Environment::find(std::string_view name) const {
  if (blind_) return nullptr;
  const auto found = variables_.find(name);
  return found == variables_.end() ? nullptr : &found->second;
}

void Environment::set(std::string_view name, Field value) {
  const bool stays_number = is_counter(name) && value.is_number();
  if (is_one_of(name, own_variables))
    value =
        stays_number ? Field::number("$" + std::string(name)) : Field::unknown("$" + std::string(name), true);
  variables_.insert_or_assign(std::string(name), std::move(value));
}

void Environment::forget(std::string_view name) {
  set(name, Field::unknown("$" + std::string(name), true));
}

void Environment::change_directory(const Field& target) {
  if (lost_ || target.text() == "-" || target.glob())
    directory_ = Field::unknown("$PWD", false);
  else
    directory_ = absolute(target, directory_);
}

void Environment::lose_track() {
  blind_ = lost_ = true;
  directory_ = Field::unknown("$PWD", false);
}

std::string Environment::saved_directory() const {
  if (lost_) return "??";
  return directory_.literal() ? directory_.text() : std::string("?");
}

void Environment::merge(const Environment& other) {
  for (const auto& [name, value] : other.variables_) {
    const auto mine = variables_.find(name);
    if (mine == variables_.end())
      forget(name);
    else if (mine->second != value && mine->second.is_number() && value.is_number())
      mine->second = Field::number("$" + name);
    else if (mine->second != value)
      forget(name);
  }
  integers_.insert(other.integers_.begin(), other.integers_.end());
  std::erase_if(associative_, [&](const std::string& name) { return !other.is_associative(name); });
  for (auto& [name, value] : variables_)
    if (!other.variables_.contains(name)) value = Field::unknown("$" + name, true);
  if (directory_ != other.directory_) directory_ = Field::unknown("$PWD", false);
  blind_ = blind_ || other.blind_;
  lost_ = lost_ || other.lost_;
}

}  // namespace mcpssh::guard
