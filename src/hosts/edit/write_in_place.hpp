#pragma once
#include <sys/types.h>

#include <filesystem>
#include <functional>
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

/// Puts `bytes` in the place of `file`, which must not be a symlink (one is replaced, not followed): a reader
/// sees the old bytes or the new ones. Unlike base::replace_file it keeps owner and group, or refuses: a file
/// that root edits must still be its owner's. `last_look` is called right before: what it throws leaves the
/// file as it is. Throws base::Error.
void write_in_place(const std::filesystem::path& file, std::string_view bytes,
                    const FileAttributes& attributes, const std::function<void()>& last_look = {});

}  // namespace mcpssh::hosts
