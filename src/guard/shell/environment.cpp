#include "guard/shell/environment.hpp"

#include <algorithm>
#include <array>
#include <utility>

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

/// Where a cd does not fail.
constexpr std::array<std::string_view, 10> everywhere{"/",    "/tmp", "/etc",     "/var",     "/usr",
                                                      "/dev", "/bin", "/var/tmp", "/var/log", "~"};

/// What lies there is worth more than what lies below it: a command meant for another place would hurt.
bool is_precious(const Field& directory) {
  constexpr std::array<std::string_view, 3> temporary{"/tmp/", "/var/tmp/", "/dev/shm/"};
  const std::string_view text = directory.text();
  const bool passing =
      std::ranges::any_of(temporary, [&](std::string_view place) { return text.starts_with(place); });
  return directory.literal() && !passing && (text.starts_with('/') || text.starts_with('~'));
}

/// Of these, what the shell takes from words and input.
constexpr std::string_view filled_variables =
    "_ REPLY OPTARG OLDPWD MAPFILE BASH_COMMAND BASH_REMATCH BASH_ARGV BASH_ARGV0 DIRSTACK FUNCNAME";

}  // namespace

bool is_way_up(std::string_view text) {
  return text.contains("..") || text == "." || text.starts_with("./") || text.ends_with("/.");
}

bool leads_up(const Field& value) {
  return is_way_up(value.text()) || value.upward();
}

Dots Dots::in(std::string_view text) {
  const auto in_name = [&](std::size_t at) {
    const char c = at < text.size() ? text[at] : ' ';
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_' || c == '-';
  };
  Dots out;
  for (auto at = text.find('.'); at != std::string_view::npos; at = text.find('.', at + 1)) {
    const bool leading = at == 0 || !in_name(at - 1);
    const bool trailing = !in_name(at + 1);
    out.add({.any = true, .leading = leading, .trailing = trailing, .alone = leading && trailing});
  }
  return out;
}

void Dots::add(const Dots& other) {
  any = any || other.any;
  leading = leading || other.leading;
  trailing = trailing || other.trailing;
  alone = alone || other.alone;
}

Environment::Environment(std::string_view directory) {
  if (const auto end = directory.find('\n'); end != std::string_view::npos) {
    otherwise_ = Field(directory.substr(end + 1));
    directory = directory.substr(0, end);
  }
  if (directory == "??")
    lose_track();
  else if (directory == "?")
    directory_ = Field::unknown("$PWD", false);
  else if (directory == "~" || directory.starts_with("~/"))
    directory_ = home_path(directory.substr(1));
  else if (!directory.empty())
    directory_ = absolute(Field(directory), Field());
}

bool Environment::may_lead_up(std::string_view name) const {
  return upward_.contains(name) || has_name(filled_variables, name);
}

Dots Environment::dots(std::string_view name) const {
  const auto found = dots_.find(name);
  return found == dots_.end() ? Dots() : found->second;
}

void Environment::keep_dots(std::string_view name, std::string_view value) {
  if (value.contains('.')) dots_[std::string(name)].add(Dots::in(value));
}

const Field* Environment::find(std::string_view name) const {
  if (blind_) return nullptr;
  const auto found = variables_.find(name);
  return found == variables_.end() ? nullptr : &found->second;
}

void Environment::set(std::string_view name, Field value) {
  if (leads_up(value)) lead_up(name);
  keep_dots(name, value.text());
  if (watched_) changed_.emplace(name);
  const bool stays_number = is_counter(name) && value.is_number();
  if (is_one_of(name, own_variables))
    value = stays_number ? Field::number("$" + std::string(name)) : unknown_value(name);
  const bool keeps = readonly_.contains(name);
  const auto before = variables_.find(name);
  const bool changes = before == variables_.end() ? keeps : before->second != value;
  if (changes && (keeps || (doubted_ && before != variables_.end()))) {
    const bool number = before != variables_.end() && before->second.is_number() && value.is_number();
    value = number ? Field::number("$" + std::string(name)) : unknown_value(name);
    // The shell gives up the line.
    doubted_ = true;
  }
  variables_.insert_or_assign(std::string(name), std::move(value));
}

void Environment::forget(std::string_view name) {
  set(name, unknown_value(name));
}

Field Environment::unknown_value(std::string_view name) const {
  const auto ink = may_lead_up(name) ? Field::Ink::upward : Field::Ink::opaque;
  return Field::unknown("$" + std::string(name), true, ink);
}

void Environment::set_arguments(Words arguments) {
  arguments_.reset();
  if (std::ranges::any_of(arguments, leads_up)) lead_up("@");
  for (const Field& word : arguments) keep_dots("@", word.text());
  // One of these may be several, or none.
  if (std::ranges::none_of(arguments, &Field::splits)) arguments_ = copy_of(arguments);
}

std::size_t Environment::sure_arguments() const {
  if (!arguments_) return 0;
  const auto pattern = std::ranges::find_if(*arguments_, &Field::glob);
  return static_cast<std::size_t>(pattern - arguments_->begin());
}

Environment Environment::at_any_time() const {
  Environment out = *this;
  for (const std::string& name : changed_) out.forget(name);
  if (moved_) out.directory_ = Field::unknown("$PWD", false);
  return out;
}

void Environment::change_directory(const Field& target) {
  moved_ = moved_ || watched_;
  otherwise_.reset();
  if (lost_ || target.text() == "-" || target.glob())
    directory_ = Field::unknown("$PWD", false);
  else
    directory_ = absolute(target, directory_);
  // From an unknown place into many others it is just as unknown.
  constexpr std::size_t enough = 256;
  const bool placed =
      directory_.known_prefix().starts_with('/') || directory_.known_prefix().starts_with('~');
  if (!placed && directory_.size() > enough) directory_ = Field::unknown("$PWD", false);
}

void Environment::try_directory(const Field& target) {
  std::optional<Field> instead = std::move(otherwise_);
  if (is_precious(directory_)) instead = directory_;
  change_directory(target);
  const bool sure = !doubted_ && directory_.literal() && is_one_of(directory_.text(), everywhere);
  if (!sure && instead && *instead != directory_) otherwise_ = std::move(instead);
}

void Environment::start_over(bool at_root) {
  otherwise_.reset();
  directory_ = at_root ? Field("/") : Field();
}

void Environment::lose_track() {
  blind_ = lost_ = true;
  directory_ = Field::unknown("$PWD", false);
}

std::string Environment::saved_directory() const {
  if (lost_) return "??";
  const auto keeps = [](const Field& path) { return path.literal() && !path.text().contains('\n'); };
  const std::string here = keeps(directory_) ? directory_.text() : "?";
  return otherwise_ && keeps(*otherwise_) ? here + "\n" + otherwise_->text() : here;
}

void Environment::merge_name(std::string_view name, const Environment& other) {
  const auto mine = variables_.find(name);
  const auto theirs = other.variables_.find(name);
  const bool same =
      mine != variables_.end() && theirs != other.variables_.end() && mine->second == theirs->second;
  if (!same) forget(name);
}

void Environment::merge(const Environment& other) {
  upward_.insert(other.upward_.begin(), other.upward_.end());
  for (const auto& [name, dots] : other.dots_) dots_[name].add(dots);
  for (const auto& [name, value] : other.variables_) {
    const auto mine = variables_.find(name);
    const bool known = mine != variables_.end();
    if (known && mine->second == value) continue;
    if (known && mine->second.is_number() && value.is_number())
      mine->second = Field::number("$" + name);
    else
      forget(name);
  }
  changed_.insert(other.changed_.begin(), other.changed_.end());
  watched_ = watched_ || other.watched_;
  moved_ = moved_ || other.moved_;
  readonly_.insert(other.readonly_.begin(), other.readonly_.end());
  if (arguments_ != other.arguments_) arguments_.reset();
  if (!otherwise_) otherwise_ = other.otherwise_;
  doubted_ = doubted_ || other.doubted_;
  integers_.insert(other.integers_.begin(), other.integers_.end());
  std::erase_if(associative_, [&](const std::string& name) { return !other.is_associative(name); });
  for (auto& [name, value] : variables_)
    if (!other.variables_.contains(name)) value = unknown_value(name);
  if (directory_ != other.directory_) {
    for (const Field* place : {&std::as_const(directory_), &other.directory_})
      if (is_precious(*place)) otherwise_ = *place;
    directory_ = Field::unknown("$PWD", false);
  }
  blind_ = blind_ || other.blind_;
  lost_ = lost_ || other.lost_;
}

}  // namespace mcpssh::guard
