// Services: those who ask and those who approve are different users, or should be.
#include <future>

#include "approvals/service_scene.hpp"

namespace mcpssh::test {
namespace {

using testing::HasSubstr;

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
