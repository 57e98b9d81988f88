// Services: those who ask and those who approve are different users, or should be.
#include <future>

#include "approvals/scene.hpp"
#include "operations/service.hpp"

namespace mcpssh::test {
namespace {

using testing::HasSubstr;

class ApprovedService : public People {
 protected:
  [[nodiscard]] RunningService::Options options(const std::string& group,
                                                std::vector<std::string> args = {}) {
    RunningService::Options options;
    const auto known = files_.write("known_hosts", sshd_.known_hosts());
    options.hosts_yaml = trusting(host_entry("web1", sshd_.port(), sshd_.user(), by_key(key_)),
                                  known.string(), pattern + ("  approvers_group: " + group + "\n"));
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

TEST_F(ApprovedService, OverHttpTheSharedTokenDoesNotConfirmWhereAPersonCanBeAsked) {
  RunningService service(options(approver_.name()));
  const auto command = "echo x >> " + (files_.path() / "mark").string() + "; : launch-missiles";
  auto asking = std::async(std::launch::async, [&] {
    return RunningService::ask(service.url + "/mcp", RunningService::running("web1", command));
  });
  const auto request = first_request(service);
  EXPECT_EQ(approver({"approve", request}).exit_code, 0);
  const auto reply = asking.get();
  EXPECT_THAT(reply.body, HasSubstr("Approved by: human:socket " + approver_.name()));
  EXPECT_EQ(runs(), 1u);
}

TEST_F(ApprovedService, AClientOfItsSocketDoesNotApproveItselfAndTheServicesUserMay) {
  const auto path = (run_.path() / "mcp.sock").string();
  auto with = options(approver_.name(), {"--socket", path, "--socket-group", approver_.name()});
  with.own_listeners = false;
  RunningService service(std::move(with));
  auto connecting = as_approver({"connect", "--socket", path});
  connecting.pipe_stdout = true;
  Process client(std::move(connecting));
  client.write(
      R"({"jsonrpc":"2.0","id":1,"method":"initialize","params":{"protocolVersion":"2025-11-25","capabilities":{},)"
      R"("clientInfo":{"name":"test","version":"1"}}})"
      "\n"
      R"({"jsonrpc":"2.0","method":"notifications/initialized"})"
      "\n"
      R"({"jsonrpc":"2.0","id":2,"method":"tools/call","params":{"name":"ssh_run","arguments":)" +
      dangerous("mark", R"(,"confirm_dangerous":true)") + "}}\n");
  const auto request = first_request(service);
  const auto own = approver({"approve", request});
  EXPECT_EQ(own.exit_code, 1);
  EXPECT_THAT(own.err, HasSubstr("the asker's own answer"));
  EXPECT_EQ(runs(), 0u);
  const auto other = run({program().string(), "approve", request, "--socket", socket_of(service)});
  EXPECT_EQ(other.exit_code, 0) << other.err;
  std::string said;
  while (!said.contains("\"id\":2")) said = client.read_line(std::chrono::seconds(30)).value();
  EXPECT_THAT(said, HasSubstr("Approved by: human:socket root (0)"));
  EXPECT_EQ(runs(), 1u);
}

}  // namespace
}  // namespace mcpssh::test
