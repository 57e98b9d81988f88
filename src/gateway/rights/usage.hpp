#pragma once
#include <cstdint>
#include <map>
#include <set>
#include <string>
#include <vector>

#include "ssh/pool.hpp"

namespace mcpssh::gateway {

/// Who used which open connection and has not let go of it. Connections are shared; who sees one, and who
/// closes it, is decided here. Lives on the gateway's executor.
class Usage {
 public:
  using Entries = std::vector<ssh::Pool::Entry>;

  void note(std::uint64_t connection, const std::string& principal);
  void leave(std::uint64_t connection, const std::string& principal);
  /// Of everything.
  void leave(const std::string& principal);
  /// Who uses a connection: directly, or as the way to one of `all`, the open ones.
  [[nodiscard]] std::set<std::string> users(std::uint64_t connection, const Entries& all) const;
  /// What is none of `open` is forgotten.
  void keep_only(const Entries& open);

 private:
  std::map<std::uint64_t, std::set<std::string>> users_;
};

}  // namespace mcpssh::gateway
