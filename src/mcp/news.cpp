#include "mcp/news.hpp"

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

News::News(const base::Executor& executor, ChangeHub& hub) : readers_(hub.readers_), changed_(executor) {
  hub.readers_->insert(this);
}

News::~News() {
  if (const auto readers = readers_.lock()) readers->erase(this);
}

base::Task<News::Item> News::next() {
  while (untold_.lists.empty() && untold_.resources.empty()) co_await changed_.wait();
  Item item;
  if (!untold_.lists.empty()) {
    item.method = method_of(*untold_.lists.begin());
    untold_.lists.erase(untold_.lists.begin());
    co_return item;
  }
  item.method = "notifications/resources/updated";
  item.params["uri"] = *untold_.resources.begin();
  untold_.resources.erase(untold_.resources.begin());
  co_return item;
}

}  // namespace mcpssh::mcp
