#include "approvals/freeze.hpp"

#include <fcntl.h>
#include <unistd.h>

#include <cerrno>

#include "base/accounts.hpp"
#include "base/error.hpp"
#include "base/file.hpp"
#include "base/json.hpp"
#include "base/text.hpp"
#include "base/unique_fd.hpp"

namespace mcpssh::approvals {
namespace {

using base::because;
using base::Error;
using base::ErrorCode;

constexpr std::size_t most_bytes = 16 * 1024;

FreezeNote unreadable(std::string why) {
  return {"", "", std::move(why)};
}

/// A removal that is not on disk would be undone by a crash; harmless, but not what was said.
void sync_directory(const std::filesystem::path& directory) {
  const base::UniqueFd fd(::open(directory.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
  if (fd) ::fsync(fd.get());
}

}  // namespace

std::string described(const FreezeNote& note) {
  std::string text = note.by.empty() ? "somebody" : base::printable(note.by, 100);
  if (!note.at.empty()) text += ", " + base::printable(note.at, 40);
  if (!note.reason.empty()) text += ": " + base::printable(note.reason, 300);
  return text;
}

std::filesystem::path Freeze::default_file() {
  return base::state_directory() / "frozen.json";
}

const std::optional<FreezeNote>& Freeze::active() {
  if (file_.empty()) return note_;
  struct stat info{};
  if (::stat(file_.c_str(), &info) != 0) {
    const int error = errno;
    if (note_ || error == ENOENT || error == ENOTDIR) return note_;
    blind_ = unreadable("cannot look at " + file_.string() + ": " + because(error));
    return blind_;
  }
  const bool same = seen_.tv_sec == info.st_mtim.tv_sec && seen_.tv_nsec == info.st_mtim.tv_nsec;
  if (!note_ || !same) {
    note_ = read();
    seen_ = info.st_mtim;
  }
  return note_;
}

FreezeNote Freeze::read() const {
  try {
    const auto parsed = base::parse_json(base::read_file(file_, most_bytes));
    const auto* fields = parsed ? parsed->if_object() : nullptr;
    const auto* version = fields != nullptr ? fields->if_contains("version") : nullptr;
    if (version == nullptr || *version != 1) return unreadable(file_.string() + " makes no sense");
    return {base::find_string(*fields, "by").value_or(""), base::find_string(*fields, "at").value_or(""),
            base::find_string(*fields, "reason").value_or("")};
  } catch (const Error& error) {
    return unreadable(error.cause());
  }
}

bool Freeze::freeze(const FreezeNote& note) {
  struct stat info{};
  if (active() && ::stat(file_.c_str(), &info) == 0) return false;
  note_ = note;  // whatever becomes of the file
  base::ensure_private_directory(file_.parent_path());
  const base::json::object fields{
      {"version", 1}, {"by", note.by}, {"at", note.at}, {"reason", base::to_utf8(note.reason)}};
  base::replace_file(file_, base::json::serialize(fields) + "\n", 0600);
  return true;
}

bool Freeze::thaw() {
  if (!active()) return false;
  if (::unlink(file_.c_str()) != 0 && errno != ENOENT)
    throw Error(ErrorCode::io_error, "cannot remove " + file_.string() + ": " + because(errno));
  sync_directory(file_.parent_path());
  note_.reset();
  seen_ = {};
  return true;
}

}  // namespace mcpssh::approvals
