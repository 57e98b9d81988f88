#pragma once
#include <functional>
#include <map>
#include <memory>
#include <set>
#include <string>
#include <string_view>

#include "base/task.hpp"
#include "base/wakeup.hpp"
#include "mcp/features.hpp"
#include "mcp/task/tool_task.hpp"
#include "mcp/wire/jsonrpc.hpp"

namespace mcpssh::mcp {

/// What a subscriber wants to hear of.
struct Interest {
  std::set<Change> lists;
  std::set<std::string, std::less<>> resources;  ///< URIs; at most protocol::watched_resources
  /// The subscriber's own, by id; at most protocol::watched_tasks.
  std::map<std::string, std::weak_ptr<ToolTask>, std::less<>> tasks{};
};

class News;

/// Where a server says that something changed. Lives on one executor.
class ChangeHub {
 public:
  ChangeHub() : readers_(std::make_shared<std::set<News*>>()) {}
  void list_changed(Change change);
  void resource_changed(const std::string& uri);
  void task_changed(const std::string& id);

 private:
  friend class News;
  std::shared_ptr<std::set<News*>> readers_;
};

/// What changed and one subscriber was not told yet. However often a thing changes, it is told once, so
/// nothing piles up for who does not read. May outlive the hub.
class News {
 public:
  /// Whether the listener may be told of that resource, asked when it is about to be.
  using MaySee = std::function<bool(const std::string& uri)>;

  News(const base::Executor& executor, ChangeHub& hub, MaySee may_see);
  ~News();
  News(const News&) = delete;
  News& operator=(const News&) = delete;

  Interest interest;
  /// Tells of all tasks of interest as they are now: one may have ended before anyone listened.
  void tell_tasks();

  struct Item {
    std::string_view method;
    json::object params;
  };
  /// The next thing to tell.
  base::Task<Item> next();

 private:
  friend class ChangeHub;
  std::optional<Item> take();

  MaySee may_see_;
  Interest untold_;
  std::weak_ptr<std::set<News*>> readers_;
  base::Wakeup changed_;
};

}  // namespace mcpssh::mcp
