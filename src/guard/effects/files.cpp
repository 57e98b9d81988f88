#include "guard/effects/files.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "base/text.hpp"
#include "guard/effects/places.hpp"
#include "guard/shell/path.hpp"

namespace mcpssh::guard {
namespace {

std::string shown(const Field& field) {
  return base::printable(field.text(), 80);
}

/// Writing there restarts or stops the host at once.
bool is_sysrq(const Spot& spot) {
  return may_lie_at(spot, "/proc/sysrq-trigger");
}
bool is_sleep(const Spot& spot) {
  return may_lie_at(spot, "/sys/power/state") || may_lie_at(spot, "/sys/power/disk");
}

void writes_kernel(const Call& call, const Field& path) {
  const Spot spot(path, call.directory);
  if (is_sysrq(spot))
    return call.does("power.sysrq", "writes to /proc/sysrq-trigger, which can restart the host at once");
  if (is_sleep(spot))
    return call.does("power.shutdown", fmt::format("puts the host to sleep through {}", shown(path)));
  call.does("fs.write-kernel", fmt::format("{} writes the kernel's {}", call.name, shown(path)));
}

/// The rule that speaks about writing at `reach`.
std::string_view write_rule(Reach reach, Writing how, bool partly_known) {
  const bool replaces = how == Writing::replace;
  switch (reach) {
    case Reach::nothing:
      return "read";
    case Reach::temporary:
    case Reach::home:
    case Reach::ordinary:
      return "fs.write";
    case Reach::tuning:
      return "fs.write-tuning";
    case Reach::state:
      // A name with a date in it is a new file.
      return replaces && !partly_known ? "fs.truncate-state" : "fs.write";
    case Reach::essential:
      return replaces ? "fs.truncate-essential" : "fs.write";
    case Reach::persistence:
      return "fs.write-persistence";
    case Reach::kernel:
      return "fs.write-kernel";
    case Reach::system:
      return "fs.write-system";
    case Reach::identity:
      return "fs.write-identity";
    case Reach::accounts:
      return replaces && !partly_known ? "fs.truncate-identity" : "fs.write-identity";
    case Reach::device:
      return "disk.write-device";
    case Reach::unknown:
      return "disk.opaque-target";
  }
  return "disk.opaque-target";
}

bool needs_care(Reach reach) {
  return reach == Reach::persistence || reach == Reach::system || reach == Reach::identity ||
         reach == Reach::accounts;
}

/// A disk or the memory read past its file system, and so past its permissions.
bool is_raw_storage(const Field& path, const Field& directory) {
  constexpr std::array<std::string_view, 14> kinds{"sd",     "hd",   "vd",  "xvd", "nvme",
                                                   "mmcblk", "md",   "dm-", "mem", "mapper/",
                                                   "disk/",  "loop", "nbd", "port"};
  const Field where = absolute(path, directory);
  std::string_view name = where.text();
  if (!name.starts_with("/dev/") || device_of(path, directory) != Device::raw) return false;
  name.remove_prefix(std::string_view("/dev/").size());
  return std::ranges::any_of(kinds, [&](std::string_view kind) { return name.starts_with(kind); });
}

/// "/etc/passwd-": the copy the tools of accounts keep.
bool is_backup(const Field& path) {
  return path.text().ends_with('-');
}

}  // namespace

bool is_passing(const Field& place, const Field& directory) {
  Field inside = place;
  inside.append("/x", Field::Ink::plain);
  return reach_of(inside, directory) == Reach::temporary;
}

void reads_file(const Call& call, const Field& path) {
  const bool raw = path.text().contains("dev") && is_raw_storage(path, call.directory);
  if (raw || reads_secret(path, call.directory))
    call.does("secret.read", fmt::format("{} reads {}", call.name, shown(path)));
}

void searches_file(const Call& call, const Field& path) {
  if (secrecy_of(path, call.directory) == Secrecy::secret)
    call.does("secret.read", fmt::format("{} reads {}", call.name, shown(path)));
}

void writes_file(const Call& call, const Field& path, Writing how) {
  if (path.text() == "-" && call.name != "the shell") return;
  const Reach reach = reach_of(path, call.directory);
  if (reach == Reach::kernel) return writes_kernel(call, path);
  if (reach == Reach::unknown)
    return call.does("disk.opaque-target",
                     fmt::format("{} writes to {}, which is known only at run time", call.name, shown(path)));
  call.does(write_rule(reach, how, path.opaque()),
            fmt::format("{} {} {}", call.name, how == Writing::replace ? "writes" : "changes", shown(path)));
}

void removes_file(const Call& call, const Field& path, bool recursive) {
  const Removal removal = removal_of(path, call.directory);
  const std::string where = shown(absolute(path, call.directory));
  // "**" stands for what find and its kind make of a directory: everything below.
  const bool all_below = recursive || (path.glob() && path.text().ends_with("/**"));
  if (all_below && removal == Removal::protected_)
    return call.does("fs.remove-root", fmt::format("removes {} and everything below it", where));
  if (removal != Removal::ordinary)
    return call.does("fs.remove-unknown",
                     fmt::format("removes {}, which may be the root, a system tree or a home", shown(path)));
  const Reach reach = reach_of(path, call.directory);
  if (reach == Reach::accounts || (reach == Reach::essential && !path.opaque() && !path.glob()))
    return call.does(path.opaque() || path.glob() ? "fs.remove" : "fs.remove-identity",
                     fmt::format("removes {}, without which nobody logs in or nothing starts", where));
  if (reach == Reach::temporary) return call.does("fs.remove-temporary", fmt::format("removes {}", where));
  call.does("fs.remove", fmt::format("removes {}", where));
}

void moves_file(const Call& call, const Field& from, const Field& to) {
  const std::string where = shown(absolute(from, call.directory));
  const Removal removal = removal_of(from, call.directory);
  if (removal == Removal::protected_)
    return call.does("fs.remove-root", fmt::format("moves {} away with everything below it", where));
  if (removal != Removal::ordinary)
    return call.does(
        "fs.remove-unknown",
        fmt::format("moves {} away, which may be the root, a system tree or a home", shown(from)));
  const Reach reach = reach_of(from, call.directory);
  if (reach == Reach::essential)
    return call.does("fs.truncate-essential", fmt::format("moves {} away", where));
  if (reach == Reach::accounts && from.literal() && !is_backup(from))
    return call.does("fs.truncate-identity", fmt::format("moves {} away", where));
  if (needs_care(reach))
    return call.does(write_rule(reach, Writing::change, false), fmt::format("moves {} away", where));
  const bool goes = is_passing(to, call.directory) && reach != Reach::temporary;
  call.does(goes ? "fs.remove" : "fs.write",
            fmt::format("moves {}{}", where, goes ? " to where files go every day" : ""));
}

void lands_at(const Call& call, const Field& from, const Field& to, bool directory) {
  const std::string_view source = from.text();
  const bool empties = source == "/dev/null" || source == "/dev/zero";
  const Writing how = empties ? Writing::replace : Writing::change;
  const bool tree =
      directory || to.text().ends_with('/') || removal_of(to, call.directory) == Removal::protected_;
  if (!tree || source.ends_with("/.") || source == ".") return writes_file(call, to, how);
  Field inside = to;
  if (!to.text().ends_with('/')) inside.append('/', Field::Ink::plain);
  const auto end = source.find_last_not_of('/');
  const auto slash = source.rfind('/', end);
  inside.append(from.substr(slash == std::string_view::npos ? 0 : slash + 1));
  writes_file(call, inside, how);
}

void links_to(const Call& call, const Field& target, const Field& place) {
  const Reach reach = reach_of(target, place);
  const Spot spot(target, place);
  const bool tree = removal_of(spot.field, Field()) == Removal::protected_ && !target.glob();
  const bool grave = reach == Reach::accounts || reach == Reach::essential || reach == Reach::identity ||
                     reach == Reach::device || reach == Reach::kernel;
  // What lies there goes every day, and so would what the link leads to.
  const bool leads_out = is_passing(place, Field()) && reach != Reach::temporary && reach != Reach::nothing;
  if (tree || grave || leads_out)
    call.does("fs.link-system", fmt::format("{} makes another name for {}", call.name, shown(target)));
}

void permits(const Call& call, const Field& path, Permission permission) {
  const Reach reach = reach_of(path, call.directory);
  const bool root = removal_of(path, call.directory) == Removal::protected_;
  if (permission.recursive && root)
    return call.does("fs.permissions-root",
                     fmt::format("{} changes {} and everything below it", call.name, shown(path)));
  // "chown -R me .*" takes what is above too.
  const bool above = permission.recursive && may_match_parent(path);
  const bool risky =
      needs_care(reach) || reach == Reach::device || reach == Reach::kernel || reach == Reach::unknown;
  // One's own keys and start-up files only get stricter.
  const Spot spot(path, call.directory);
  const bool own = reach == Reach::persistence && spot.text.starts_with("~/") && !permission.grants;
  if (permission.grants || root || above || (risky && !own))
    return call.does("fs.permissions",
                     fmt::format("{} changes who may do what with {}", call.name, shown(path)));
  call.does("fs.write", fmt::format("{} changes {}", call.name, shown(path)));
}

}  // namespace mcpssh::guard
