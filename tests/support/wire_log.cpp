#include "support/wire_log.hpp"

#include <cstdlib>
#include <filesystem>

#include "base/ids.hpp"

namespace mcpssh::test {

WireLog::WireLog() {
  const char* directory = std::getenv("MCPSSH_WIRE_LOG");
  if (directory == nullptr || *directory == '\0') return;
  std::filesystem::create_directories(directory);
  file_.open(std::filesystem::path(directory) / (base::random_hex(8) + ".jsonl"));
}

void WireLog::note(std::string_view from, std::string_view message) {
  if (!file_.is_open()) return;
  if (message.ends_with('\n')) message.remove_suffix(1);
  file_ << R"({"from":")" << from << R"(","message":)" << message << "}\n" << std::flush;
}

}  // namespace mcpssh::test
