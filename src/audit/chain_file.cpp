#include "audit/chain_file.hpp"

#include <fcntl.h>
#include <fmt/format.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>

#include "audit/journal_file.hpp"
#include "audit/line.hpp"
#include "audit/orphans.hpp"
#include "base/error.hpp"
#include "base/file.hpp"

namespace mcpssh::audit {
namespace fs = std::filesystem;
namespace {

/// How far the journal may grow before we tell, again, where our unfinished actions begin: it bounds what the
/// next start has to read (a few ms) and costs one small unsynced write.
constexpr std::uint64_t note_every_bytes = 1024 * 1024;
/// More requests than servers have open.
constexpr std::size_t most_unanswered = 1024;

fs::path lock_directory(const fs::path& journal) {
  return journal.string() + ".d";
}

std::string gap_text(const Gap& gap) {
  switch (gap.kind) {
    case Gap::Kind::prefix:
      return fmt::format(
          "{} bytes in {} lines before this record are older than the chain: sealed, not verified", gap.bytes,
          gap.lines);
    case Gap::Kind::cut_tail:
      return fmt::format(
          "set aside {} bytes before this record: the beginning of one that nobody was told about, "
          "its writer died",
          gap.bytes);
    case Gap::Kind::damage:
      return fmt::format(
          "{} bytes in {} lines before this record are not records: the disk damaged them, or "
          "somebody changed them",
          gap.bytes, gap.lines);
    case Gap::Kind::missing:
      break;
  }
  return fmt::format("{} records before this one were on disk and are gone, the last with hash {}", gap.lines,
                     gap.sha256);
}

/// Runs `work`; whatever it throws becomes journal_unwritable.
template <class Work>
void as_unwritable(Work&& work) {
  try {
    work();
  } catch (const base::Error& error) {
    if (error.code() == base::ErrorCode::journal_unwritable) throw;
    throw base::Error(base::ErrorCode::journal_unwritable,
                      "the audit journal cannot be kept: " + error.cause(), error.next_move());
  } catch (const std::exception& error) {
    throw base::Error(base::ErrorCode::journal_unwritable,
                      std::string("the audit journal cannot be kept: ") + error.what());
  }
}

}  // namespace

ChainFile::ChainFile(fs::path path, std::string instance, const Stamp& now, Synced synced)
    : path_(fs::absolute(std::move(path))), instance_(std::move(instance)), synced_(std::move(synced)) {
  as_unwritable([&] {
    base::ensure_private_directory(path_.parent_path());
    recover(now);
  });
}

void ChainFile::close() {
  sync_late();
  if (late_failure_ && presence_) presence_->leave_behind();
  if (presence_ && !open_.empty()) presence_->leave_behind();
  presence_.reset();
  fd_.reset();
}

std::string ChainFile::notice(std::string_view about, const Stamp& now) const {
  Record record;
  record.kind = end_.seq == 0 || starting_ ? Kind::start : Kind::security;
  record.detail = about;
  if (end_.gap) record.detail += (about.empty() ? "" : "; ") + gap_text(*end_.gap);
  record.principal.name = "system";
  record.principal.via = base::Via::local;
  return serialise(record, now, instance_, Redactor());
}

void ChainFile::recover(const Stamp& now) {
  const fs::path directory = lock_directory(path_);
  for (;;) {
    fd_ = open_journal_file(path_);
    const FileLock lock(fd_.get(), path_);
    if (!still_named(fd_.get(), path_)) continue;
    id_ = file_id(fd_.get());
    catch_up();
    recovery_.tail_was_cut = end_.gap && end_.gap->kind != Gap::Kind::prefix;
    const bool never_kept = !fs::exists(directory);
    base::ensure_private_directory(directory);
    auto neighbours = look_around(directory, id_);
    if (never_kept) neighbours.scan_from = 0;
    presence_ = std::make_unique<Presence>(directory, instance_);
    // If we die before the orphans are on disk, whoever finds our file has to look as far back as we do now.
    presence_->note_since(id_, std::min(neighbours.scan_from, end_.size));
    auto orphans = orphans_of(neighbours, now);
    news_ = fmt::format("process {}", ::getpid());
    try {
      append(std::move(orphans), now);
    } catch (...) {
      if (never_kept) presence_->leave_behind();
      throw;
    }
    for (const auto& left : neighbours.left_by_the_dead) ::unlink(left.c_str());
    starting_ = false;
    return;
  }
}

std::vector<std::string> ChainFile::orphans_of(const Neighbours& neighbours, const Stamp& now) {
  std::vector<std::string> bodies;
  if (neighbours.scan_from >= end_.size) return bodies;
  recovery_.orphaned = 0;
  recovery_.unanswered.clear();
  for (auto& record : find_orphans(fd_.get(), neighbours.scan_from, end_.size, neighbours.living)) {
    bodies.push_back(serialise(record, now, instance_, Redactor()));
    if (record.kind == Kind::orphaned)
      ++recovery_.orphaned;
    else if (recovery_.unanswered.size() < most_unanswered)
      recovery_.unanswered.push_back(std::move(record));
  }
  return bodies;
}

std::uint64_t ChainFile::commit(std::vector<std::string> bodies, const Stamp& now) {
  if (late_failure_) throw base::Error(*std::exchange(late_failure_, std::nullopt));
  std::uint64_t first = 0;
  as_unwritable([&] {
    if (!still_named(fd_.get(), path_)) follow_rotation();
    const FileLock lock(fd_.get(), path_);
    look_again();
    first = append(std::move(bodies), now);
  });
  return first;
}

std::optional<std::uint64_t> ChainFile::write_now(const std::string& body, const Stamp& now) {
  std::optional<std::uint64_t> seq;
  as_unwritable([&] {
    if (sync_in_doubt_ || !still_named(fd_.get(), path_)) return;
    const auto lock = FileLock::try_take(fd_.get(), path_);
    if (!lock) return;
    look_again();
    seq = append({body}, now, Sync::later);
  });
  return seq;
}

void ChainFile::sync_written() {
  if (!unsynced_) return;
  try {
    as_unwritable([&] { sync(); });
  } catch (const base::Error& failure) {
    late_failure_ = failure;
    throw;
  }
}

void ChainFile::sync_late() noexcept {
  try {
    sync_written();
  } catch (const base::Error&) {
    // kept for the next commit()
  }
}

void ChainFile::follow_rotation() {
  sync_written();
  base::ensure_private_directory(path_.parent_path());
  fd_ = open_journal_file(path_);
  id_ = file_id(fd_.get());
  news_ = fmt::format(
      "the journal was moved or replaced while it was in use; the file before this one ended at "
      "record {}, hash {}",
      end_.seq, end_.hash);
  end_ = ChainEnd();
  noted_since_ = 0;
  open_offsets_.clear();
  for (auto& [key, open] : open_) open_offsets_.insert(open.offset = 0);
}

void ChainFile::catch_up() {
  end_ = find_chain_end(fd_.get(), file_size(fd_.get()));
}

void ChainFile::look_again() {
  if (sync_in_doubt_) {
    sync();
    ::posix_fadvise(fd_.get(), 0, 0, POSIX_FADV_DONTNEED);
  } else if (file_size(fd_.get()) == end_.size) {
    return;
  }
  const ChainEnd before = std::exchange(end_, find_chain_end(fd_.get(), file_size(fd_.get())));
  sync_in_doubt_ = false;
  const bool replaced = end_.seq == before.seq && end_.hash != before.hash;
  if (end_.seq >= before.seq && !replaced) return;
  Gap gap{Gap::Kind::missing, 0, replaced ? 1 : before.seq - end_.seq, before.hash};
  if (!end_.gap) {
    end_.gap = std::move(gap);
    return;
  }
  news_ = gap_text(gap);
  end_.gap->kind = Gap::Kind::damage;
}

std::uint64_t ChainFile::append(std::vector<std::string> bodies, const Stamp& now, Sync when) {
  const bool tell = end_.seq == 0 || end_.gap || !news_.empty();
  if (tell) bodies.insert(bodies.begin(), notice(news_, now));
  std::string lines = end_.newline_missing ? "\n" : "";
  const std::size_t newline = lines.size();
  const Gap* gap = end_.gap ? &*end_.gap : nullptr;
  std::uint64_t seq = end_.seq;
  std::string hash = end_.hash;
  for (const auto& body : bodies) hash = seal(lines, body, std::exchange(gap, nullptr), ++seq, hash, sha_);
  try {
    write_all(lines);
    if (when == Sync::now)
      sync();
    else
      unsynced_ = true;
  } catch (...) {
    take_back();
    throw;
  }
  remember_open(std::string_view(lines).substr(newline), end_.size + newline);
  const std::uint64_t first = end_.seq + (tell ? 2 : 1);
  end_ = ChainEnd{seq, std::move(hash), end_.size + lines.size(), false, std::nullopt};
  news_.clear();
  note_progress();
  return first;
}

void ChainFile::write_all(std::string_view bytes) {
  while (!bytes.empty()) {
    const ssize_t n = ::write(fd_.get(), bytes.data(), bytes.size());
    if (n < 0 && errno == EINTR) continue;
    if (n <= 0) {
      throw unwritable(path_, "write", n == 0 ? ENOSPC : errno);
    }
    bytes.remove_prefix(static_cast<std::size_t>(n));
  }
}

void ChainFile::sync() {
  const auto began = std::chrono::steady_clock::now();
  int result = ::fdatasync(fd_.get());
  while (result != 0 && errno == EINTR) result = ::fdatasync(fd_.get());
  const int error = errno;
  unsynced_ = false;
  if (synced_) synced_(std::chrono::steady_clock::now() - began);
  if (result == 0) return;
  // The kernel may have dropped the pages and called them clean: nothing we wrote since the last sync is on
  // disk for sure, and a later sync that succeeds does not prove it either. So append() takes the bytes back,
  // and the next commit begins with a sync and reads what the disk really holds.
  sync_in_doubt_ = true;
  throw unwritable(path_, "sync", error);
}

void ChainFile::take_back() {
  if (::ftruncate(fd_.get(), static_cast<off_t>(end_.size)) == 0) return;
  // Whole records of refused actions stay in the file: the next start reports them as orphans.
  if (presence_) presence_->leave_behind();
}

void ChainFile::remember_open(std::string_view lines, std::uint64_t offset) {
  while (!lines.empty()) {
    const std::size_t end = lines.find('\n');
    const auto line = parse_line(lines.substr(0, end));
    if (const auto taken = line ? step_of(*line) : Step::none; taken != Step::none)
      step(line->pair_key(), taken, offset);
    lines.remove_prefix(end + 1);
    offset += end + 1;
  }
}

void ChainFile::step(std::string key, Step step, std::uint64_t offset) {
  const auto found = open_.find(key);
  if (found == open_.end()) {
    if (step != Step::asked && step != Step::began) return;
    open_.emplace(std::move(key), Open{offset, step == Step::began});
    open_offsets_.insert(offset);
    return;
  }
  if (step == Step::began) found->second.began = true;
  if (step != Step::ended && (step != Step::refused || found->second.began)) return;
  open_offsets_.erase(open_offsets_.find(found->second.offset));
  open_.erase(found);
}

void ChainFile::note_progress() {
  const std::uint64_t since = open_offsets_.empty() ? end_.size : *open_offsets_.begin();
  if (noted_since_ != 0 && since < noted_since_ + note_every_bytes) return;
  presence_->note_since(id_, since);
  noted_since_ = since;
}

}  // namespace mcpssh::audit
