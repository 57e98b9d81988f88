#pragma once
#include <memory>
#include <set>
#include <string>
#include <string_view>

#include "base/task.hpp"
#include "base/wakeup.hpp"
#include "mcp/features.hpp"
#include "mcp/jsonrpc.hpp"

namespace mcpssh::mcp {

/// What a subscriber wants to hear of.
struct Interest {
  std::set<Change> lists;
  std::set<std::string, std::less<>> resources;  ///< URIs; at most protocol::watched_resources
};

class News;

/// Where a server says that something changed. Lives on one executor.
class ChangeHub {
 public:
  ChangeHub() : readers_(std::make_shared<std::set<News*>>()) {}
  void list_changed(Change change);
  void resource_changed(const std::string& uri);

 private:
  friend class News;
  std::shared_ptr<std::set<News*>> readers_;
};

/// What changed and one subscriber was not told yet. However often a thing changes, it is told once, so
/// nothing piles up for who does not read. May outlive the hub.
class News {
 public:
  News(const base::Executor& executor, ChangeHub& hub);
  ~News();
  News(const News&) = delete;
  News& operator=(const News&) = delete;

  Interest interest;

  struct Item {
    std::string_view method;
    json::object params;
  };
  /// The next thing to tell.
  base::Task<Item> next();

 private:
  friend class ChangeHub;
  Interest untold_;
  std::weak_ptr<std::set<News*>> readers_;
  base::Wakeup changed_;
};

}  // namespace mcpssh::mcp
