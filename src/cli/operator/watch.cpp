#include "cli/operator/watch.hpp"

#include <poll.h>
#include <sys/inotify.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstdint>
#include <iostream>
#include <map>
#include <memory>
#include <set>
#include <tuple>

#include "base/text.hpp"
#include "base/unique_fd.hpp"
#include "cli/operator/question_text.hpp"
#include "cli/operator/request_text.hpp"
#include "cli/operator/servers.hpp"
#include "control/client.hpp"
#include "control/places.hpp"
#include "hosts/snapshot.hpp"

namespace mcpssh::cli {
namespace {

namespace json = base::json;
using control::Client;

/// Until a server that ended the conversation, because it is full or ends, or did not listen yet, is spoken
/// to again.
constexpr int back_off_ms = 5000;

/// One server that is watched.
struct Watched {
  std::unique_ptr<Client> client;
  std::set<std::string> open;  ///< requests and questions that were shown
};

class Watch {
 public:
  explicit Watch(const OperatorOptions& options) : options_(options), events_(::inotify_init1(IN_CLOEXEC)) {}

  int run() {
    look_around();
    if (servers_.empty() && !options_.json) std::cout << "no mcp-ssh server that you can reach runs yet\n";
    while (std::cout.flush()) {
      if (!options_.socket.empty() && servers_.empty()) return 1;
      wait();
    }
    return 0;
  }

 private:
  /// Directories that are not there yet, or not open to us yet, are waited for.
  void observe() {
    // A socket is made before its group may use it.
    constexpr std::uint32_t news = IN_CREATE | IN_MOVED_TO | IN_ATTRIB;
    for (const auto& directory : control::operator_directories(hosts::process_environment()))
      if (::inotify_add_watch(events_.get(), directory.c_str(), news) < 0)
        ::inotify_add_watch(events_.get(), directory.parent_path().c_str(), news);
  }

  void look_around() {
    if (options_.socket.empty()) observe();
    for (const auto& socket : sockets_for(options_.socket)) {
      if (servers_.contains(socket)) continue;
      try {
        Watched watched;
        watched.client = std::make_unique<Client>(socket);
        control::Wish wish;
        wish.kind = control::Wish::Kind::watch;
        watched.client->send(wish);
        servers_.emplace(socket, std::move(watched));
      } catch (const base::Error& error) {
        lost_one_ = true;
        if (!options_.socket.empty()) std::cerr << "mcp-ssh: " << error.what() << "\n";
      }
    }
  }

  void wait() {
    std::vector<pollfd> waiting{{events_.get(), POLLIN, 0}};
    std::vector<std::string> names;
    for (const auto& [name, watched] : servers_) {
      waiting.push_back({watched.client->fd(), POLLIN, 0});
      names.push_back(name);
    }
    const int came = ::poll(waiting.data(), waiting.size(), lost_one_ ? back_off_ms : -1);
    if (came < 0) return;
    for (std::size_t i = 0; i < names.size(); ++i)
      if (waiting[i + 1].revents != 0) read(names[i]);
    if (waiting[0].revents != 0) {
      std::array<char, 4096> seen{};
      std::ignore = ::read(events_.get(), seen.data(), seen.size());
    }
    if (waiting[0].revents == 0 && came > 0) return;
    lost_one_ = false;
    look_around();
  }

  void read(const std::string& name) {
    auto& watched = servers_.at(name);
    try {
      for (const auto& answer : watched.client->read_ready())
        if (answer) show(*answer, watched);
    } catch (const base::Error&) {
      end_all(watched);
      servers_.erase(name);
      lost_one_ = true;
    }
  }

  void show(const json::object& answer, Watched& watched) const {
    if (options_.json) {
      std::cout << json::serialize(answer) << std::endl;
      return;
    }
    std::set<std::string> open;
    const auto show_new = [&](const json::object& each, std::string (*text_of)(const json::object&)) {
      const auto id = base::printable(base::find_string(each, "id").value_or(""), 40);
      open.insert(id);
      if (watched.open.contains(id)) return;
      std::cout << text_of(each) << "  at " << described(watched.client->server()) << "\n";
      if (has_another(watched, id))
        std::cout << "  WARNING: another server shows one with this id; do not answer it\n";
      std::cout << std::flush;
    };
    for (const auto* request : requests_of(answer)) show_new(*request, request_text);
    for (const auto* question : questions_of(answer)) show_new(*question, question_text);
    for (const auto& id : watched.open)
      if (!open.contains(id)) std::cout << id << " is over" << std::endl;
    watched.open = std::move(open);
  }

  [[nodiscard]] bool has_another(const Watched& than, const std::string& id) const {
    return std::ranges::any_of(
        servers_, [&](const auto& each) { return &each.second != &than && each.second.open.contains(id); });
  }

  void end_all(const Watched& watched) const {
    if (options_.json) return;
    for (const auto& id : watched.open) std::cout << id << " is over: its server has ended" << std::endl;
  }

  const OperatorOptions& options_;
  base::UniqueFd events_;
  std::map<std::string, Watched> servers_;
  bool lost_one_ = false;
};

}  // namespace

int watch_servers(const OperatorOptions& options) {
  return Watch(options).run();
}

}  // namespace mcpssh::cli
