#include "mcp/lists/news.hpp"

namespace mcpssh::mcp {
namespace {

std::string_view method_of(Change change) {
  switch (change) {
    case Change::tools:
      return "notifications/tools/list_changed";
    case Change::resources:
      return "notifications/resources/list_changed";
    case Change::prompts:
      break;
  }
  return "notifications/prompts/list_changed";
}

}  // namespace

void ChangeHub::list_changed(Change change) {
  for (auto* reader : *readers_) {
    if (!reader->interest.lists.contains(change)) continue;
    reader->untold_.lists.insert(change);
    reader->changed_.notify();
  }
}

void ChangeHub::resource_changed(const std::string& uri) {
  for (auto* reader : *readers_) {
    if (!reader->interest.resources.contains(uri)) continue;
    reader->untold_.resources.insert(uri);
    reader->changed_.notify();
  }
}

void ChangeHub::task_changed(const std::string& id) {
  for (auto* reader : *readers_) {
    const auto found = reader->interest.tasks.find(id);
    if (found == reader->interest.tasks.end()) continue;
    reader->untold_.tasks.insert(*found);
    reader->changed_.notify();
  }
}

News::News(const base::Executor& executor, ChangeHub& hub, MaySee may_see)
    : may_see_(std::move(may_see)), readers_(hub.readers_), changed_(executor) {
  hub.readers_->insert(this);
}

News::~News() {
  if (const auto readers = readers_.lock()) readers->erase(this);
}

void News::tell_tasks() {
  untold_.tasks = interest.tasks;
  changed_.notify();
}

std::optional<News::Item> News::take() {
  Item item;
  if (!untold_.lists.empty()) {
    item.method = method_of(*untold_.lists.begin());
    untold_.lists.erase(untold_.lists.begin());
    return item;
  }
  while (!untold_.resources.empty()) {
    const auto uri = std::move(untold_.resources.extract(untold_.resources.begin()).value());
    if (!may_see_(uri)) continue;
    item.method = "notifications/resources/updated";
    item.params["uri"] = uri;
    return item;
  }
  while (!untold_.tasks.empty()) {
    const auto task = untold_.tasks.begin()->second.lock();
    untold_.tasks.erase(untold_.tasks.begin());
    if (!task || task->discarded()) continue;
    item.method = "notifications/tasks";
    item.params = task->tell();
    return item;
  }
  return std::nullopt;
}

base::Task<News::Item> News::next() {
  for (;;) {
    if (auto item = take()) co_return std::move(*item);
    co_await changed_.wait();
  }
}

}  // namespace mcpssh::mcp
