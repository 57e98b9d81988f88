#pragma once
#include <optional>

#include "guard/programs/program.hpp"

namespace mcpssh::guard {

/// What a path is to the system it lies on (guard.md calls it reach).
enum class Reach {
  nothing,    ///< /dev/null, /dev/stderr: what is written there is gone or seen
  temporary,  ///< /tmp, /var/tmp, /dev/shm
  home,       ///< below a home directory, start-up files aside
  ordinary,
  tuning,       ///< settings of the running kernel that sysctl and its kind make too
  state,        ///< logs, databases, spools: what cannot be made again
  essential,    ///< what the host does not start without: /etc/fstab
  persistence,  ///< where the system later runs code: cron, units, profiles, authorized_keys
  kernel,       ///< the rest of /proc and /sys
  system,       ///< programs and libraries of the system, /boot
  identity,     ///< who may log in and as whom: sudoers.d, pam, sshd_config
  accounts,     ///< the files of identity themselves: passwd, shadow, group, sudoers
  device,       ///< a device whose bytes are a disk's or a machine's
  unknown       ///< known only at run time, and may be any of these
};
/// `word` seen from `directory`; a pattern or a partly known word is what it may become at worst.
Reach reach_of(const Field& word, const Field& directory);

/// A directory of temporary files, or one in it: what is below goes every day.
bool is_passing(const Field& place, const Field& directory);

/// How much reading a file gives away.
enum class Secrecy {
  open,
  personal,  ///< what somebody typed: histories of shells and databases
  secret     ///< passwords, private keys, credentials
};
Secrecy secrecy_of(const Field& word, const Field& directory);
/// As of a program that shows whole files: of "/etc/*" it shows the secrets too.
bool reads_secret(const Field& word, const Field& directory);
/// Whether reading the file gives away passwords, private keys or credentials.
bool is_secret(const Field& word, const Field& directory);

/// What a search looks for: find's -name, -path and their kind.
struct SearchedName {
  Field pattern;
  bool whole_path = false;
  bool any_case = false;
};
/// A path that gives a secret away and that the search finds below `start`, if there may be one.
std::optional<Field> secret_found(const Field& start, const Field& directory, const SearchedName& name);

enum class Writing {
  replace,  ///< what was there is lost (>, tee, truncate, dd)
  append,
  change,  ///< edited in place, or a real file takes its place (sed -i, cp, mv)
};

/// Tells what reading, writing or removing this path means.
void reads_file(const Call& call, const Field& path);
/// As reads_file, but only lines with a pattern are shown.
void searches_file(const Call& call, const Field& path);
void writes_file(const Call& call, const Field& path, Writing how);
void removes_file(const Call& call, const Field& path, bool recursive);
/// Renaming: what stood at `from` is gone from there, and stands at `to`.
void moves_file(const Call& call, const Field& from, const Field& to);
/// What `from` becomes when it is copied or moved to the directory or file `to`; `directory`: `to` is known
/// to be one.
void lands_at(const Call& call, const Field& from, const Field& to, bool directory);

/// A new name for `target`, seen from `place`, the directory of the link: what is done to the link is done to
/// it.
void links_to(const Call& call, const Field& target, const Field& place);

/// New owners, modes or attributes for a path; `grants`: setuid bits or everybody may write.
struct Permission {
  bool recursive = false;
  bool grants = false;
};
void permits(const Call& call, const Field& path, Permission permission);

}  // namespace mcpssh::guard
