// The access log: what a line says, and what it does when nobody takes it.
#include "transport/http/access_log.hpp"

#include <fcntl.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/stat.h>
#include <unistd.h>

#include <filesystem>
#include <fstream>
#include <regex>
#include <sstream>

#include "base/error.hpp"
#include "base/ids.hpp"
#include "base/json.hpp"
#include "base/unique_fd.hpp"
#include "transport/http/access_line.hpp"

namespace mcpssh::transport {
namespace {

namespace fs = std::filesystem;
using ::testing::HasSubstr;
using ::testing::Not;

HttpExchange an_exchange() {
  HttpExchange exchange;
  exchange.at = base::WallTime(std::chrono::seconds(1'800'000'000));
  exchange.took = std::chrono::microseconds(1234);
  exchange.status = 200;
  exchange.bytes = 99;
  exchange.method = "POST";
  exchange.path = "/mcp";
  exchange.address = "192.0.2.7";
  exchange.principal = "alice";
  exchange.mcp_method = "tools/call";
  exchange.tool = "ssh_run";
  exchange.session = "0123456789abcdef0123456789abcdef";
  exchange.user_agent = "client/1";
  return exchange;
}

TEST(AccessLine, SaysWhoAskedForWhatAndHowItWent) {
  const auto line = access_line(an_exchange());
  EXPECT_EQ(
      line,
      R"({"ts":"2027-01-15T08:00:00.000000Z","address":"192.0.2.7","principal":"alice","method":"POST",)"
      R"("path":"/mcp","status":200,"bytes":99,"duration_us":1234,"mcp_method":"tools/call",)"
      R"("tool":"ssh_run","session":"3eb1bd439947","user_agent":"client/1"})")
      << "the session's id itself must not be there";
}

TEST(AccessLine, WhatAClientSaysIsOneCutAndPrintableLine) {
  auto exchange = an_exchange();
  exchange.path = "/mcp\n{\"ts\":\"forged\"}";
  exchange.user_agent = "\x1b[2J" + std::string(5000, 'x') + "\xff";
  exchange.tool = "a\"b\xe2\x80\xae" + std::string("c");
  const auto line = access_line(exchange);
  EXPECT_EQ(line.find('\n'), std::string::npos);
  EXPECT_EQ(line.find('\x1b'), std::string::npos);
  EXPECT_THAT(line, Not(HasSubstr("\xe2\x80\xae")));
  EXPECT_LT(line.size(), 2000U);
  const auto parsed = base::parse_json(line);
  ASSERT_TRUE(parsed);
  EXPECT_EQ(base::find_string(parsed->get_object(), "ts"), "2027-01-15T08:00:00.000000Z");
}

class AccessLogFile : public ::testing::Test {
 protected:
  AccessLogFile() { fs::create_directory(directory_); }
  ~AccessLogFile() override { fs::remove_all(directory_); }

  static std::string content(const fs::path& path) {
    std::ifstream file(path);
    std::ostringstream text;
    text << file.rdbuf();
    return text.str();
  }

  fs::path directory_ = fs::temp_directory_path() / ("mcp-ssh-log-" + base::random_hex(6));
  fs::path file_ = directory_ / "access.log";
};

TEST_F(AccessLogFile, EveryLineIsThereWhenTheLogEnds) {
  {
    AccessLog log(file_, base::Log::silent());
    for (int i = 0; i < 1000; ++i) log.write("line " + std::to_string(i));
    EXPECT_EQ(log.dropped(), 0U);
  }
  std::string expected;
  for (int i = 0; i < 1000; ++i) expected += "line " + std::to_string(i) + "\n";
  EXPECT_EQ(content(file_), expected);
  EXPECT_EQ(fs::status(file_).permissions(), fs::perms::owner_read | fs::perms::owner_write);
}

TEST_F(AccessLogFile, AfterReopeningTheNewFileIsWritten) {
  const auto moved = directory_ / "access.log.1";
  {
    AccessLog log(file_, base::Log::silent());
    log.write("before");
  }
  {
    AccessLog log(file_, base::Log::silent());
    fs::rename(file_, moved);
    log.reopen();
    log.write("after");
  }
  EXPECT_EQ(content(moved), "before\n");
  EXPECT_EQ(content(file_), "after\n");
}

TEST_F(AccessLogFile, OneThatCannotBeOpenedEndsTheStartAndLaterLeavesTheOldOne) {
  EXPECT_THROW(AccessLog(directory_ / "no" / "such" / "place", base::Log::silent()), base::Error);
  {
    AccessLog log(file_, base::Log::silent());
    const auto moved = directory_ / "moved";
    fs::rename(file_, moved);
    fs::create_directory(file_);
    log.reopen();
    log.write("to the old one");
    fs::rename(moved, directory_ / "kept");
  }
  EXPECT_EQ(content(directory_ / "kept"), "to the old one\n");
}

/// What the whole notes in a log sum up to.
std::uint64_t said_to_be_dropped(const std::string& log) {
  static const std::regex note("\"dropped\":([0-9]+)\\}\n");
  std::uint64_t sum = 0;
  for (std::sregex_iterator at(log.begin(), log.end(), note), end; at != end; ++at)
    sum += std::stoull((*at)[1]);
  return sum;
}

TEST_F(AccessLogFile, AReaderThatStallsHoldsNobodyUpAndTheLogSaysWhatItLost) {
  ASSERT_EQ(::mkfifo(file_.c_str(), 0600), 0);
  const base::UniqueFd reader(::open(file_.c_str(), O_RDONLY | O_NONBLOCK | O_CLOEXEC));
  std::string read;
  std::uint64_t dropped = 0;
  {
    AccessLog log(file_, base::Log::silent(), 64 * 1024);
    // More than the pipe and the queue hold together, twice.
    for (int i = 0; i < 1000; ++i) log.write(std::string(1000, 'x'));
    dropped = log.dropped();
    EXPECT_GT(dropped, 500U);
    ::fcntl(reader.get(), F_SETFL, 0);
    char piece[65536];
    // As many notes as the writer took turns: it may have begun before the queue was full or after.
    while (said_to_be_dropped(read) < dropped) {
      const auto count = ::read(reader.get(), piece, sizeof piece);
      ASSERT_GT(count, 0);
      read.append(piece, static_cast<std::size_t>(count));
    }
  }
  EXPECT_EQ(said_to_be_dropped(read), dropped);
}

TEST_F(AccessLogFile, ItsEndDoesNotWaitForAReaderThatNeverComesBack) {
  ASSERT_EQ(::mkfifo(file_.c_str(), 0600), 0);
  const base::UniqueFd reader(::open(file_.c_str(), O_RDONLY | O_NONBLOCK | O_CLOEXEC));
  const auto began = std::chrono::steady_clock::now();
  {
    AccessLog log(file_, base::Log::silent());
    for (int i = 0; i < 1000; ++i) log.write(std::string(1000, 'x'));
  }
  EXPECT_LT(std::chrono::steady_clock::now() - began, std::chrono::seconds(20));
}

}  // namespace
}  // namespace mcpssh::transport
