// Where two people are needed, and what an approval says it was shown.
#include <sys/socket.h>

#include "approvals/scene.hpp"
#include "base/unix_socket.hpp"

namespace mcpssh::test {
namespace {

using testing::AllOf;
using testing::HasSubstr;

class TwoPeople : public People {
 protected:
  [[nodiscard]] Finished second(std::vector<std::string> args) const {
    return run_to_end(as(second_.name(), std::move(args)), std::chrono::seconds(60));
  }
  static constexpr const char* two = "  approvals_needed: 2\n";
  SystemUser second_{{approver_.name()}};
};

TEST_F(TwoPeople, BothHaveToApproveAndBothAreOnRecord) {
  auto server = start({.settings = two, .host_lines = {}, .elicitation = true});
  const auto id = server.begin("ssh_run", dangerous("mark", R"(,"confirm_dangerous":true)"));
  const auto request = waiting_id(server);
  const auto first = approver({"approve", request});
  EXPECT_EQ(first.exit_code, 0) << first.err;
  EXPECT_THAT(first.out, AllOf(HasSubstr("needs 2 different people; nobody has approved it yet"),
                               HasSubstr("that is 1 of 2")));
  EXPECT_EQ(runs(), 0u);
  const auto again = approver({"approve", request});
  EXPECT_EQ(again.exit_code, 1);
  EXPECT_THAT(again.err, HasSubstr("you have approved " + request + " already"));
  EXPECT_EQ(runs(), 0u);
  const auto last = second({"approve", request});
  EXPECT_EQ(last.exit_code, 0) << last.err;
  EXPECT_THAT(last.out, HasSubstr("approved so far by human:socket " + approver_.name()));
  const auto answer = server.finish(id);
  EXPECT_EQ(answer.fact("state"), "exited") << answer.text;
  EXPECT_EQ(runs(), 1u);
  std::string states, by;
  for (const auto& record : records_with(server, "kind", "approval")) {
    states += base::find_string(record, "state").value_or("") + " ";
    by = base::find_string(record, "approved_by").value_or("");
  }
  EXPECT_EQ(states, "asked approved_in_part approved ");
  EXPECT_THAT(by, AllOf(HasSubstr(approver_.name()), HasSubstr(second_.name())));
}

TEST_F(TwoPeople, OneMayDeny) {
  auto server = start({.settings = two});
  const auto id = server.begin("ssh_run", dangerous());
  const auto request = waiting_id(server);
  EXPECT_EQ(approver({"approve", request}).exit_code, 0);
  EXPECT_EQ(second({"deny", request}).exit_code, 0);
  EXPECT_EQ(server.finish(id).fact("state"), "refused");
  EXPECT_EQ(runs(), 0u);
}

TEST_F(TwoPeople, AreNeededOnTheHostsThatSaySo) {
  auto server = start({.settings = {}, .host_lines = "    approvals_needed: 2\n"});
  const auto id = server.begin("ssh_run", dangerous());
  const auto request = waiting_id(server);
  EXPECT_THAT(approver({"approve", request}).out, HasSubstr("1 of 2"));
  EXPECT_EQ(second({"approve", request}).exit_code, 0);
  EXPECT_EQ(server.finish(id).fact("state"), "exited");
}

TEST_F(TwoPeople, WithoutAGroupNothingOpensAndTheRefusalSaysSo) {
  auto server =
      start({.settings = two, .host_lines = {}, .elicitation = true, .args = {}, .approvers = false});
  const auto answer = server.call("ssh_run", dangerous("mark", R"(,"confirm_dangerous":true)"));
  EXPECT_EQ(answer.fact("state"), "refused");
  EXPECT_THAT(answer.text, AllOf(HasSubstr("2 different people"), HasSubstr("approvers_group")));
}

class ShownText : public People {
 protected:
  /// What the server says to an approval of root's that a program of its own makes.
  static std::string say(const std::filesystem::path& socket, const std::string& line) {
    auto fd = base::unix_socket();
    if (base::connect_unix(fd.get(), socket) != 0) return "cannot connect";
    const auto whole = line + "\n";
    ::send(fd.get(), whole.data(), whole.size(), MSG_NOSIGNAL);
    std::string heard;
    char bytes[4096];
    while (!heard.contains('\n')) {
      const auto count = ::recv(fd.get(), bytes, sizeof bytes, 0);
      if (count <= 0) break;
      heard.append(bytes, static_cast<std::size_t>(count));
    }
    return heard;
  }
};

TEST_F(ShownText, AnApprovalOfAnotherTextThanTheServersIsRefused) {
  auto server = start();
  const auto id = server.begin("ssh_run", dangerous());
  const auto request = waiting_id(server);
  const auto digest = base::find_string(pending(server).front(), "digest").value_or("");
  const auto approve = [&](const std::string& more) {
    return say(socket_of(server), R"({"v":1,"op":"approve","id":")" + request + "\"" + more + "}");
  };
  EXPECT_THAT(approve(""), AllOf(HasSubstr(R"("ok":false)"), HasSubstr("which text was shown")));
  EXPECT_THAT(approve(R"(,"digest":")" + std::string(64, '0') + "\""),
              HasSubstr("the request changed: look again"));
  EXPECT_EQ(runs(), 0u);
  EXPECT_EQ(waiting_id(server), request) << "still open";
  EXPECT_THAT(approve(R"(,"digest":")" + digest + "\""), HasSubstr(R"("ok":true)"));
  EXPECT_EQ(server.finish(id).fact("state"), "exited");
  EXPECT_EQ(runs(), 1u);
}

TEST_F(ShownText, AnApprovalThatComesAfterADenialLiftsNothing) {
  auto server = start();
  const auto id = server.begin("ssh_run", dangerous());
  const auto request = waiting_id(server);
  const auto digest = base::find_string(pending(server).front(), "digest").value_or("");
  EXPECT_EQ(approver({"deny", request}).exit_code, 0);
  EXPECT_EQ(server.finish(id).fact("state"), "refused");
  const auto late = say(socket_of(server),
                        R"({"v":1,"op":"approve","id":")" + request + R"(","digest":")" + digest + "\"}");
  EXPECT_THAT(late, AllOf(HasSubstr(R"("ok":false)"), HasSubstr("is over")));
  EXPECT_THAT(server.call("ssh_run", dangerous()).text, HasSubstr("a human declined exactly this"));
  EXPECT_EQ(runs(), 0u);
}

}  // namespace
}  // namespace mcpssh::test
