#pragma once
#include <sys/types.h>

#include <filesystem>
#include <functional>
#include <optional>
#include <string_view>

namespace mcpssh::hosts {

/// Who a file belongs to and who may do what with it.
struct FileAttributes {
  uid_t owner = 0;
  gid_t group = 0;
  mode_t mode = 0600;
  static FileAttributes own(mode_t mode);
};
/// Throws base::Error.
FileAttributes attributes_of(const std::filesystem::path& file);

/// Whether what `file` names may be there already.
enum class Target { any, absent };

/// Puts `bytes` in the place of `file`, which must not be a symlink (one is replaced, not followed): a reader
/// sees the old bytes or the new ones. Unlike base::replace_file it keeps owner and group, or refuses: a file
/// that root edits must still be its owner's. Extended attributes stay. Ctrl-C, SIGTERM and SIGHUP wait for
/// the calling thread until it is done, so that no half of it stays behind. `last_look` is called right
/// before: what it throws leaves the file as it is. With `absent` a file that somebody made meanwhile stays,
/// and it is base::Error(cancelled). `before`: what the file holds, as a file with these `attributes`; when
/// it turns out that it was another right when it was replaced, that is put back, and it is
/// base::Error(cancelled), as for a file that was removed; what cannot be put back is kept beside it, and the
/// error names it. A file system that cannot exchange two files (renameat2(2)) leaves that to last_look.
/// Throws base::Error.
void write_in_place(const std::filesystem::path& file, std::string_view bytes,
                    const FileAttributes& attributes, const std::function<void()>& last_look = {},
                    Target target = Target::any, std::optional<std::string_view> before = std::nullopt);

/// Takes a file away that holds `before`: also what somebody wrote between `last_look` and the removal stays,
/// and is base::Error(cancelled), where the file system can rename without replacing. Throws base::Error.
void remove_in_place(const std::filesystem::path& file, std::string_view before,
                     const std::function<void()>& last_look = {});

}  // namespace mcpssh::hosts
