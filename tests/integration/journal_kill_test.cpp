// kill -9 against the journal: this program starts itself as a writer, twice, on one file, and kills the
// writers at random points, two hundred times.
#include <fcntl.h>
#include <fmt/format.h>
#include <gtest/gtest.h>
#include <signal.h>
#include <unistd.h>

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/io_context.hpp>
#include <fstream>
#include <map>
#include <memory>
#include <optional>
#include <random>
#include <set>
#include <string>
#include <vector>

#include "audit/journal.hpp"
#include "audit/verify.hpp"
#include "base/ids.hpp"
#include "base/json.hpp"
#include "support/process.hpp"
#include "support/run_task.hpp"
#include "support/temp_dir.hpp"

namespace mcpssh {
namespace {

namespace asio = base::asio;
namespace fs = std::filesystem;

// --- the writer
// ----------------------------------------------------------------------------------------------------

void say(const std::string& line) {
  if (::write(STDOUT_FILENO, line.data(), line.size()) < 0) ::_exit(3);
}

/// One action after the other; every eighth record is large, so that a kill can meet a write of many pages.
base::Task<void> act_for_ever(audit::Journal& journal, int coroutine) {
  for (int round = 0;; ++round) {
    audit::Record record;
    record.kind = audit::Kind::begin;
    record.call = base::CallId::fresh().str();
    record.host = "web1";
    if ((round + coroutine) % 8 == 0) record.command = record.detail = std::string(50'000, 'x');
    const std::uint64_t begun = co_await journal.append(record);
    say(fmt::format("begin {} {}\n", record.call, begun));
    if (round % 5 == 4) continue;  // a call that goes on for ever
    record.kind = audit::Kind::end;
    record.command = record.detail = "";
    const std::uint64_t ended = co_await journal.append(record);
    say(fmt::format("end {} {}\n", record.call, ended));
  }
}

int write_for_ever(const fs::path& path) {
  // A writer nobody listens to waits: the story is about kills, not about how much two cores can write.
  ::fcntl(STDOUT_FILENO, F_SETPIPE_SZ, 8192);
  asio::io_context io;
  auto journal = test::run_task(io, audit::Journal::open(io.get_executor(), path, base::Clock()));
  say(fmt::format("ready {}\n", journal->recovery().orphaned));
  for (int coroutine = 0; coroutine < 6; ++coroutine)
    asio::co_spawn(io, act_for_ever(*journal, coroutine), asio::detached);
  io.restart();
  io.run();
  return 0;
}

// --- what the parent believes
// --------------------------------------------------------------------------------------

struct Acknowledged {
  std::string kind, call;
  std::uint64_t seq = 0;
};

class Writer {
 public:
  explicit Writer(const fs::path& journal) : process_(options(journal)) {}

  [[nodiscard]] int pid() const { return process_.pid(); }

  void read_acknowledgements(int count, std::vector<Acknowledged>& out) {
    for (int i = 0; i < count && read_one(out); ++i) {
    }
  }
  void wait_until_ready(std::vector<Acknowledged>& out) {
    while (!ready_ && read_one(out)) {
    }
  }
  void kill(std::vector<Acknowledged>& out) {
    process_.signal(SIGKILL);
    while (read_one(out)) {
    }
    process_.wait();
  }

 private:
  static test::Process::Options options(const fs::path& journal) {
    test::Process::Options made;
    made.argv = {fs::read_symlink("/proc/self/exe").string(), "writer", journal.string()};
    made.pipe_stdout = true;
    return made;
  }

  bool read_one(std::vector<Acknowledged>& out) {
    const auto line = process_.read_line();
    if (!line) return false;
    const auto first = line->find(' '), last = line->rfind(' ');
    if (line->starts_with("ready"))
      ready_ = true;
    else if (last != std::string::npos && last > first)
      out.push_back({line->substr(0, first), line->substr(first + 1, last - first - 1),
                     std::stoull(line->substr(last))});
    return true;
  }

  test::Process process_;
  bool ready_ = false;
};

/// What is written in the journal, read without the code that wrote it.
struct Contents {
  std::map<std::uint64_t, std::string> kind_and_call;  ///< by sequence number
  std::map<std::string, std::string> open;             ///< call -> instance
  std::set<std::string> orphaned, ended;               ///< calls
  std::map<std::string, int> process_of;               ///< instance -> pid
};

Contents read_contents(const fs::path& path) {
  Contents contents;
  std::ifstream in(path);
  for (std::string line; std::getline(in, line);) {
    const auto parsed = base::parse_json(line);
    if (!parsed || in.eof()) continue;  // a cut tail
    const auto& object = parsed->as_object();
    const auto text = [&](const char* name) { return base::find_string(object, name).value_or(""); };
    const std::string kind = text("kind"), call = text("call"), instance = text("instance");
    contents.kind_and_call[object.at("seq").to_number<std::uint64_t>()] = kind + " " + call;
    if (kind == "start")
      contents.process_of[instance] = std::stoi(text("detail").substr(std::string("process ").size()));
    if (kind == "begin") contents.open[call] = instance;
    if (kind == "end" || kind == "orphaned") contents.open.erase(call);
    if (kind == "orphaned") contents.orphaned.insert(call);
    if (kind == "end") contents.ended.insert(call);
  }
  return contents;
}

void expect_intact(const fs::path& path) {
  const auto result = audit::verify(path);
  ASSERT_TRUE(result.has_value()) << result.error().message();
  ASSERT_TRUE(result->problems.empty()) << result->problems.front();
}

void expect_nothing_lost(const Contents& contents, const std::vector<Acknowledged>& acknowledged) {
  for (const auto& one : acknowledged) {
    const auto found = contents.kind_and_call.find(one.seq);
    ASSERT_TRUE(found != contents.kind_and_call.end()) << "acknowledged record " << one.seq << " is missing";
    ASSERT_EQ(found->second, one.kind + " " + one.call);
  }
}

/// A place for one journal. A killed process leaves the same bytes on a tmpfs as on a disk, so three of four
/// stories play where a sync costs nothing: there a kill meets a write more often than a wait for the disk.
class Place {
 public:
  explicit Place(int story) {
    if (story % 4 == 0 || !fs::is_directory("/dev/shm")) return;
    in_memory_ = "/dev/shm/mcp-ssh-kill-" + base::random_hex(8);
    fs::create_directory(in_memory_);
    fs::permissions(in_memory_, fs::perms(0700));
  }
  Place(const Place&) = delete;
  Place& operator=(const Place&) = delete;
  ~Place() {
    if (!in_memory_.empty()) fs::remove_all(in_memory_);
  }
  [[nodiscard]] fs::path journal() const {
    return (in_memory_.empty() ? disk_.path() : in_memory_) / "audit.jsonl";
  }

 private:
  test::TempDir disk_;
  fs::path in_memory_;
};

class KillTest {
 public:
  /// One journal, two writers, `kills` times one of them dies and is followed by another.
  void story(int kills, const fs::path& path) {
    std::vector<Acknowledged> acknowledged;
    std::vector<std::unique_ptr<Writer>> writers;
    for (int i = 0; i < 2; ++i) writers.push_back(std::make_unique<Writer>(path));
    writers[0]->wait_until_ready(acknowledged);
    for (int i = 0; i < kills; ++i) {
      const std::size_t victim = below(2) == 0 ? 0 : 1;
      writers[1 - victim]->read_acknowledgements(below(8), acknowledged);
      writers[victim]->read_acknowledgements(below(12), acknowledged);
      writers[victim]->kill(acknowledged);
      ASSERT_NO_FATAL_FAILURE(expect_intact(path));
      writers[victim] = std::make_unique<Writer>(path);
      if (below(3) == 0) {
        writers[victim]->wait_until_ready(acknowledged);
        ASSERT_NO_FATAL_FAILURE(expect_only_living_calls_open(path, writers));
      }
    }
    for (auto& writer : writers) writer->kill(acknowledged);
    finish(path, acknowledged);
  }

  [[nodiscard]] std::uint64_t cut_tails() const { return cut_tails_; }
  [[nodiscard]] std::size_t acknowledged() const { return acknowledged_; }
  [[nodiscard]] std::size_t orphaned() const { return orphaned_; }

 private:
  int below(int n) { return std::uniform_int_distribution<int>(0, n - 1)(random_); }

  static void expect_only_living_calls_open(const fs::path& path,
                                            const std::vector<std::unique_ptr<Writer>>& writers) {
    const auto contents = read_contents(path);
    for (const auto& [call, instance] : contents.open) {
      const int pid = contents.process_of.at(instance);
      ASSERT_TRUE(pid == writers[0]->pid() || pid == writers[1]->pid())
          << call << " of a dead writer is still open";
    }
  }

  void finish(const fs::path& path, const std::vector<Acknowledged>& acknowledged) {
    asio::io_context io;
    const auto left = read_contents(path).open.size();
    auto journal = test::run_task(io, audit::Journal::open(io.get_executor(), path, base::Clock()));
    EXPECT_EQ(journal->recovery().orphaned, left);
    const auto result = audit::verify(path);
    ASSERT_TRUE(result.has_value());
    ASSERT_TRUE(result->problems.empty()) << result->problems.front();
    EXPECT_FALSE(result->tail_cut);
    EXPECT_EQ(result->open_begins, 0u);
    const auto contents = read_contents(path);
    ASSERT_NO_FATAL_FAILURE(expect_nothing_lost(contents, acknowledged));
    for (const auto& call : contents.orphaned)
      EXPECT_FALSE(contents.ended.contains(call)) << call << " was orphaned while its writer lived";
    cut_tails_ += result->cut_tails_set_aside;
    acknowledged_ += acknowledged.size();
    orphaned_ += contents.orphaned.size();
  }

  std::mt19937_64 random_{20261122};
  std::uint64_t cut_tails_ = 0;
  std::size_t acknowledged_ = 0, orphaned_ = 0;
};

TEST(Journal, TwoHundredKillsOfTwoWritersLoseNothingAcknowledgedAndBreakNoChain) {
  KillTest test;
  for (int story = 0; story < 20; ++story) {
    const Place place(story);
    ASSERT_NO_FATAL_FAILURE(test.story(8, place.journal()));  // and both writers at its end: ten kills
  }
  EXPECT_GT(test.acknowledged(), 200u);
  EXPECT_GT(test.orphaned(), 0u);
  std::printf("%zu records acknowledged, %zu calls orphaned, %llu cut tails set aside\n", test.acknowledged(),
              test.orphaned(), static_cast<unsigned long long>(test.cut_tails()));
}

}  // namespace
}  // namespace mcpssh

int main(int argc, char** argv) {
  if (argc == 3 && std::string(argv[1]) == "writer") return mcpssh::write_for_ever(argv[2]);
  ::testing::InitGoogleTest(&argc, argv);
  return RUN_ALL_TESTS();
}
