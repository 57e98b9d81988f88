#include "guard/shell/path.hpp"

#include <algorithm>
#include <array>
#include <ranges>
#include <vector>

#include "guard/shell/words.hpp"

namespace mcpssh::guard {
namespace {

using Ink = Field::Ink;

/// What a host does not survive losing. Homes stand as "~".
constexpr std::array<std::string_view, 38> protected_trees{"/",
                                                           "/bin",
                                                           "/boot",
                                                           "/dev",
                                                           "/etc",
                                                           "/home",
                                                           "/lib",
                                                           "/lib32",
                                                           "/lib64",
                                                           "/libx32",
                                                           "/opt",
                                                           "/proc",
                                                           "/root",
                                                           "/run",
                                                           "/sbin",
                                                           "/srv",
                                                           "/sys",
                                                           "/usr",
                                                           "/var",
                                                           "/usr/bin",
                                                           "/usr/lib",
                                                           "/usr/lib64",
                                                           "/usr/local",
                                                           "/usr/sbin",
                                                           "/usr/share",
                                                           "/usr/libexec",
                                                           "/var/lib",
                                                           "/Users",
                                                           "/System",
                                                           "~",
                                                           "/boot/efi",
                                                           "/boot/grub",
                                                           "/boot/grub2",
                                                           "/lib/modules",
                                                           "/lib/firmware",
                                                           "/usr/lib/modules",
                                                           "/usr/lib/firmware",
                                                           "/usr/lib/systemd"};

/// Under /dev, but no disk: writing there is ordinary.
constexpr std::array<std::string_view, 10> harmless_devices{"null",   "zero",   "full",    "stdin", "stdout",
                                                            "stderr", "random", "urandom", "kmsg",  "log"};
constexpr std::array<std::string_view, 6> harmless_prefixes{"fd/", "shm/", "pts/", "tty", "mqueue/", "tcp/"};

/// The kernel takes no path of more (PATH_MAX).
constexpr std::ptrdiff_t most_components = 2048;

bool is_separator(const Field& field, std::size_t at) {
  return field.text()[at] == '/' && !field.unknown_at(at);
}

/// A path taken apart.
struct Components {
  std::vector<Field> names;
  bool rooted = false;  ///< begins at "/"
};

bool has_unknown(const Field& name) {
  for (std::size_t at = 0; at < name.size(); ++at)
    if (name.unknown_at(at)) return true;
  return false;
}

/// What may lead up stands at its beginning: behind the beginning of a name it leads nowhere.
bool may_begin_upward(const Field& name) {
  std::size_t at = 0;
  while (at < name.size() && name.ink(at) != Ink::upward && (name.text()[at] == '.' || name.unknown_at(at)))
    ++at;
  return at < name.size() && name.ink(at) == Ink::upward;
}

/// "${x:-../etc}", "$(echo ../etc)", "${x:-.}": what stands for it leads up.
bool goes_up_inside(const Field& name) {
  constexpr std::array<std::string_view, 5> ups{"..", "-.", "=.", "+.", "/.}"};
  const std::string_view text = name.text();
  for (const std::string_view up : ups)
    for (auto at = text.find(up); at != text.npos; at = text.find(up, at + 1))
      if (name.unknown_at(at) && name.unknown_at(at + 1)) return true;
  return false;
}

/// "$X..": a component of its own once $X ends with a slash.
bool may_go_up(const Field& name) {
  if (goes_up_inside(name)) return true;
  const auto apart = [&](std::size_t at) { return at >= name.size() || name.unknown_at(at); };
  for (std::size_t at = 0; at + 1 < name.size(); ++at) {
    const bool dots = name.text().compare(at, 2, "..") == 0 && !apart(at) && !apart(at + 1);
    if (dots && (at == 0 || apart(at - 1)) && apart(at + 2)) return true;
  }
  return false;
}

/// What a bracket expression holds, if it is one that no dot is among.
bool excludes_dot(std::string_view inside) {
  if (inside.starts_with("!.") || inside.starts_with("^.")) return true;
  return !inside.empty() && std::ranges::all_of(inside, [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '-' || c == '_';
  });
}

/// ".*", ".?", ".[.]", but not ".[!.]*".
bool may_match_up(const Field& name) {
  if (!name.glob() || name.text()[0] != '.' || name.unknown_at(0) || !name.may_be("..")) return false;
  const std::string_view text = name.text();
  const auto open = text.find('[');
  return open == std::string_view::npos || name.ink(open) != Ink::glob ||
         !excludes_dot(text.substr(open + 1, text.find(']', open + 2) - open - 1));
}

Components components(const Field& path) {
  Components out{{}, !path.empty() && is_separator(path, 0)};
  std::vector<Field>& names = out.names;
  std::size_t start = 0;
  for (std::size_t at = 0; at <= path.size(); ++at) {
    if (at < path.size() && !is_separator(path, at)) continue;
    Field piece = path.substr(start, at - start);
    start = at + 1;
    const bool unknown = has_unknown(piece);
    const bool below = out.rooted || !names.empty();
    if (piece.empty() || (!unknown && piece.text() == ".")) continue;
    const bool up = !unknown && piece.text() == "..";
    // "rm .*" itself leaves out what is above.
    const bool matches_up = at < path.size() && may_match_up(piece);
    const bool can_go_up = !names.empty() && names.back().text() != "..";
    // "**" stands for what find starts at too.
    const bool may_be_nothing = can_go_up && (has_unknown(names.back()) || names.back().text() == "**");
    // What is above /proc/1/cwd is above where that leads.
    const bool follows = up && out.rooted && names.size() > 2 && names[0].text() == "proc";
    if (matches_up || follows || (up && may_be_nothing) ||
        (unknown && (may_go_up(piece) || (below && may_begin_upward(piece))))) {
      // What is unknown may hold slashes itself, so this leads anywhere.
      names.assign(1, Field::unknown("?", piece.splits()));
      out.rooted = false;
    } else if (up && can_go_up && names.back().ink(0) == Ink::home) {
      // Nobody knows above what; relative to a home, where logins start.
      names.back() = piece;
    } else if (up && can_go_up) {
      names.pop_back();
    } else {
      names.push_back(std::move(piece));
    }
  }
  return out;
}

Field join(const Components& path) {
  Field out;
  if (path.rooted) out.append('/', Ink::plain);
  for (const Field& part : path.names) {
    if (&part != path.names.data()) out.append('/', Ink::plain);
    out.append(part);
  }
  return out;
}

/// Whether a name below a directory needs nothing taken out of it.
bool lies_plainly_below(const Field& directory, const Field& word) {
  const std::string_view text = word.text();
  const std::string_view from = directory.text();
  return directory.literal() && word.literal() && from.starts_with('/') && from.size() > 1 &&
         !from.starts_with("/proc") && !text.empty() && !text.starts_with('/') && !text.starts_with('.') &&
         !text.ends_with('/') && !text.contains("//") && !text.contains("/.") && word.ink(0) != Ink::home;
}

/// "*", ".*", "?*": nearly everything in a directory.
bool takes_all(const Field& component) {
  bool star = false;
  for (std::size_t at = 0; at < component.size(); ++at) {
    const char c = component.text()[at];
    if (component.ink(at) != Ink::glob && c != '.') return false;
    if (component.unknown_at(at)) return false;
    star = star || c == '*';
  }
  return star;
}

/// "/home/name", "/Users/name": the whole home of somebody.
bool is_home(const Field& path) {
  const auto [names, rooted] = components(path);
  return names.size() == 2 && rooted && (names[0].text() == "home" || names[0].text() == "Users");
}

bool may_be_protected(const Field& path) {
  if (is_home(path)) return true;
  return std::ranges::any_of(protected_trees, [&](std::string_view tree) { return path.may_be(tree); });
}

}  // namespace

Field home_path(std::string_view rest) {
  Field out;
  out.append("~", Ink::home);
  out.append(rest, Ink::plain);
  return out;
}

namespace {

/// "/proc/self/cwd/x", with what stands behind it.
Field place_of_process(const Components& path, const Field& directory) {
  const std::string_view process = path.names[1].text();
  const bool own = process == "self" || process == "thread-self" || process == "$$";
  Field out = own && directory.literal() && !directory.empty() ? directory : Field::unknown("$PWD", false);
  for (const Field& name : path.names | std::views::drop(3)) {
    out.append('/', Ink::plain);
    out.append(name);
  }
  return absolute(out, Field());
}

}  // namespace

bool may_match_parent(const Field& word) {
  const auto slash = word.text().rfind('/');
  return may_match_up(word.substr(slash == std::string::npos ? 0 : slash + 1));
}

Field absolute(const Field& word, const Field& directory) {
  const bool rooted = !word.empty() && is_separator(word, 0);
  const bool from_home = !word.empty() && word.ink(0) == Ink::home;
  const bool from_unknown = !word.empty() && word.unknown_at(0);
  Field whole;
  if (!rooted && !from_home && !from_unknown && !directory.empty()) {
    whole = directory;
    whole.append('/', Ink::plain);
  }
  whole.append(word);
  if (std::ranges::count(whole.text(), '/') > most_components) return Field::unknown("?", word.splits());
  if (lies_plainly_below(directory, word)) return whole;
  Components parts = components(whole);
  std::vector<Field>& names = parts.names;
  if (parts.rooted)
    names.erase(names.begin(),
                std::ranges::find_if(names, [](const Field& part) { return part.text() != ".."; }));
  if (parts.rooted && names.size() >= 3 && names[0].text() == "proc") {
    // /proc/1/root is the root again.
    if (names[2].text() == "root") names.erase(names.begin(), names.begin() + 3);
    // Where another process stands nobody knows.
    else if (names[2].text() == "cwd")
      return place_of_process(parts, directory);
  }
  Field out = join(parts);
  // A file that is called "~" is not a home.
  if (!out.empty() && out.text()[0] == '~' && out.ink(0) != Ink::home) {
    Field here(".");
    here.append('/', Ink::plain);
    here.append(out);
    return here;
  }
  return out;
}

Removal removal_of(const Field& word, const Field& directory) {
  const Field path = absolute(word, directory);
  // Nothing that deep is protected.
  constexpr std::ptrdiff_t deepest = 4;
  if (path.literal() && path.text().starts_with('/') && std::ranges::count(path.text(), '/') > deepest)
    return Removal::ordinary;
  Components whole = components(path);
  std::vector<Field>& parts = whole.names;
  const bool relative =
      !whole.rooted && (parts.empty() || (parts[0].ink(0) != Ink::home && !parts[0].unknown_at(0)));
  bool hit = !relative && may_be_protected(path);
  while (!parts.empty() && takes_all(parts.back())) {
    parts.pop_back();
    hit = hit || (!relative && may_be_protected(join(whole)));
  }
  if (hit) return path.opaque() ? Removal::unknown : Removal::protected_;
  if (relative && (parts.empty() || parts[0].text() == "..")) return Removal::unknown;
  return word.splits() ? Removal::unknown : Removal::ordinary;
}

Device device_of(const Field& word, const Field& directory) {
  const Field path = absolute(word, directory);
  std::string_view known = path.known_prefix();
  constexpr std::string_view devices = "/dev/";
  // Enough of these lead to the root.
  if (known.starts_with("../")) {
    while (known.starts_with("../")) known.remove_prefix(3);
    return known.starts_with(devices.substr(1)) ? Device::unknown : Device::no;
  }
  if (!known.starts_with(devices)) {
    const bool may_still = devices.starts_with(known) && known.size() < path.size();
    return may_still && path.opaque()            ? Device::unknown
           : may_still && known.starts_with('/') ? Device::unknown
                                                 : Device::no;
  }
  const auto name = known.substr(devices.size());
  const auto starts = [&](std::string_view prefix) { return name.starts_with(prefix); };
  if (std::ranges::any_of(harmless_prefixes, starts)) return Device::no;
  if (path.literal() && is_one_of(name, harmless_devices)) return Device::no;
  return path.opaque() ? Device::unknown : Device::raw;
}

}  // namespace mcpssh::guard
