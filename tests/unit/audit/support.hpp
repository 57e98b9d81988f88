#pragma once
#include <gtest/gtest.h>
#include <stdlib.h>

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/io_context.hpp>
#include <exception>
#include <filesystem>
#include <fstream>
#include <memory>
#include <optional>
#include <sstream>
#include <string>
#include <vector>

#include "audit/journal.hpp"
#include "audit/verify.hpp"
#include "base/error.hpp"

namespace mcpssh::audit::test {

namespace fs = std::filesystem;

class TempDirectory {
 public:
  TempDirectory() {
    std::string pattern = (fs::temp_directory_path() / "audit-XXXXXX").string();
    path_ = ::mkdtemp(pattern.data());
  }
  TempDirectory(const TempDirectory&) = delete;
  TempDirectory& operator=(const TempDirectory&) = delete;
  ~TempDirectory() { fs::remove_all(path_); }
  [[nodiscard]] fs::path operator/(const char* name) const { return path_ / name; }

 private:
  fs::path path_;
};

inline std::string read(const fs::path& path) {
  std::ifstream in(path, std::ios::binary);
  std::ostringstream out;
  out << in.rdbuf();
  return out.str();
}

inline void write(const fs::path& path, const std::string& bytes) {
  fs::remove(path);  // truncating instead makes ext4 sync the file
  std::ofstream(path, std::ios::binary) << bytes;
}

inline std::vector<std::string> lines_of(const fs::path& path) {
  std::istringstream in(read(path));
  std::vector<std::string> lines;
  for (std::string line; std::getline(in, line);) lines.push_back(line);
  return lines;
}

inline Record record(Kind kind, const std::string& call, const std::string& host = "web1") {
  Record made;
  made.kind = kind;
  made.call = call;
  made.host = host;
  made.tool = "ssh_run";
  made.command = "uptime";
  return made;
}

/// Runs a task to its end on a loop of its own; what it throws is thrown here.
class Loop {
 public:
  template <class T>
  T run(base::Task<T> task) {
    std::optional<T> result;
    std::exception_ptr failure;
    base::asio::co_spawn(context_, std::move(task), [&](std::exception_ptr error, T value) {
      failure = error;
      result.emplace(std::move(value));
    });
    context_.restart();
    context_.run();
    if (failure) std::rethrow_exception(failure);
    return std::move(*result);
  }
  std::unique_ptr<Journal> open(const fs::path& path) {
    return run(Journal::open(context_.get_executor(), path, base::Clock()));
  }
  std::uint64_t append(Journal& journal, Record made) { return run(journal.append(std::move(made))); }
  base::asio::io_context& context() { return context_; }

 private:
  base::asio::io_context context_;
};

/// The error that `work` throws, or an assertion that it throws one.
template <class Work>
base::Error error_of(Work work) {
  try {
    work();
  } catch (const base::Error& error) {
    return error;
  }
  ADD_FAILURE() << "nothing was thrown";
  return base::Error(base::ErrorCode::internal, "nothing was thrown");
}

inline Verification verified(const fs::path& path) {
  auto result = verify(path);
  EXPECT_TRUE(result.has_value());
  return result.value_or(Verification());
}

}  // namespace mcpssh::audit::test
