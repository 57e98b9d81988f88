#pragma once
#include "approvals/scene.hpp"
#include "operations/service.hpp"

namespace mcpssh::test {

/// A service of the asker's user of scene.hpp; its clients may be other users.
class ApprovedService : public People {
 protected:
  [[nodiscard]] RunningService::Options options(const std::string& group, std::vector<std::string> args = {},
                                                const std::string& settings = {}) {
    RunningService::Options options;
    const auto known = files_.write("known_hosts", sshd_.known_hosts());
    options.hosts_yaml =
        trusting(host_entry("web1", sshd_.port(), sshd_.user(), by_key(key_)), known.string(),
                 pattern + ("  approvers_group: " + group + "\n" + settings));
    options.env = {{"XDG_RUNTIME_DIR", run_.path().string()}};
    options.args = std::move(args);
    options.program = as_asker();
    options.owner = asker_.name();
    give_to_asker();
    return options;
  }
  [[nodiscard]] std::string socket_of(RunningService& service) const {
    return (run_.path() / "mcp-ssh" / (std::to_string(service.process().pid()) + ".sock")).string();
  }
  /// The id of the request that a watcher, who reads what the service says, hears of first.
  [[nodiscard]] std::string first_request(RunningService& service) const {
    auto watch = as_approver({"pending", "--watch", "--json", "--socket", socket_of(service)});
    watch.pipe_stdout = true;
    Process watching(std::move(watch));
    for (;;) {
      const auto line = watching.read_line(std::chrono::seconds(30));
      const auto said = base::json::parse(line.value()).as_object();
      const auto& open = said.at("requests").as_array();
      if (!open.empty()) return std::string(open.front().at("id").as_string());
    }
  }
};

}  // namespace mcpssh::test
