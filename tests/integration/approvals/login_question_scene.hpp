#pragma once
#include "approvals/service_scene.hpp"
#include "support/openssh_server.hpp"

namespace mcpssh::test {

/// A host that asks what no secret of the configuration answers: a real sshd, whose PAM asks for the password
/// of a throwaway user by keyboard-interactive. It is code1 and code2.
class HostThatAsks : public ApprovedService {
 protected:
  using ApprovedService::socket_of;
  using People::socket_of;
  static OpensshServer::Options by_pam(const std::string& more = {}) {
    OpensshServer::Options options;
    options.password_user = true;
    options.config = {"UsePAM yes", "KbdInteractiveAuthentication yes", "PasswordAuthentication no"};
    if (!more.empty()) options.config.push_back(more);
    return options;
  }
  [[nodiscard]] std::string hosts_asking(bool approvers = true) const {
    const auto known = files_.write("known_hosts_asking", asking_.known_hosts());
    std::string hosts;
    for (const auto* name : {"code1", "code2"})
      hosts += host_entry(name, asking_.port(), user().name(), "method: keyboard-interactive");
    return trusting(hosts, known.string(),
                    approvers ? "  approvers_group: " + approver_.name() + "\n" : std::string());
  }
  McpSsh start_asking(std::vector<std::string> args = {}, bool approvers = true) {
    McpSsh::Options options;
    options.hosts_yaml = hosts_asking(approvers);
    options.args = std::move(args);
    return start_as_asker(std::move(options));
  }
  [[nodiscard]] const SystemUser& user() const { return asking_.password_user(); }
  /// What the host wants to hear.
  [[nodiscard]] std::string secret() const { return user().password(); }

  static std::int64_t log_in(McpSsh& server, const std::string& host = "code1") {
    return server.begin("ssh_run", R"({"host":")" + host + R"(","command":"echo came-in"})");
  }
  /// The questions that are open, as the asker's own user sees them.
  static std::vector<base::json::object> questions(const McpSsh& server) {
    std::vector<base::json::object> open;
    const auto told = base::json::parse(server.cli({"pending", "--json"}).out).as_object();
    for (const auto& one : told.at("servers").as_array())
      for (const auto& question : one.as_object().at("questions").as_array())
        open.push_back(question.as_object());
    return open;
  }
  /// The id of the question of `host`, as soon as there is one.
  static std::string question_of(McpSsh& server, const std::string& host = "code1") {
    std::string id;
    EXPECT_TRUE(comes_true(server, [&] {
      for (const auto& each : questions(server))
        if (base::find_string(each, "host") == host) id = base::find_string(each, "id").value_or("");
      return !id.empty();
    }));
    return id;
  }
  static bool nothing_is_asked(McpSsh& server) {
    return comes_true(server, [&] { return questions(server).empty(); });
  }
  /// mcp-ssh answer ID with `typed` on its stdin.
  [[nodiscard]] Finished answer_as(const std::string& who, const std::string& id, const std::string& typed,
                                   std::vector<std::string> more = {}) const {
    std::vector<std::string> args{"answer", id, "--stdin"};
    args.insert(args.end(), more.begin(), more.end());
    Process answering(as(who, std::move(args)));
    answering.write(typed + "\n");
    answering.close_stdin();
    const int status = answering.wait(std::chrono::seconds(30)).value_or(-1);
    return {status, answering.out(), answering.err()};
  }
  [[nodiscard]] Finished answer(const std::string& id, const std::string& typed) const {
    return answer_as(approver_.name(), id, typed);
  }
  /// The states of what is on record of log-in questions, in order.
  static std::vector<std::string> told(const McpSsh& server) {
    std::vector<std::string> states;
    for (const auto& record : records_with(server, "tool", "log-in question"))
      states.push_back(base::find_string(record, "state").value_or(""));
    return states;
  }
  static std::string text_of(const std::filesystem::path& path) {
    std::ifstream file(path);
    return {std::istreambuf_iterator<char>(file), {}};
  }

  OpensshServer asking_{by_pam()};
};

}  // namespace mcpssh::test
