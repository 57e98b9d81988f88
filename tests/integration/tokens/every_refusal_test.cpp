// No way to be refused without a record: every tool of the real binary at every gate that can close, and as
// many records with a rule as refusals the client saw.
#include <signal.h>
#include <sys/resource.h>

#include <charconv>
#include <filesystem>
#include <set>

#include "main_job/watching.hpp"
#include "tokens/house.hpp"

namespace mcpssh::test {
namespace {

using testing::HasSubstr;

/// What a tool meets at a gate.
struct Stop {
  std::string arguments;  ///< empty: as anywhere
  std::string rule;       ///< that its record names; empty: the gate does not stop this tool
};
using Gate = std::map<std::string, Stop>;

constexpr const char* free_of_it = "";

/// A call of each tool that nothing but a gate refuses.
const std::map<std::string, std::string>& plain_calls() {
  static const std::map<std::string, std::string> calls{
      {"ssh_list_hosts", "{}"},
      {"ssh_connect", R"({"host":"web1"})"},
      {"ssh_run", R"({"host":"web1","command":"true"})"},
      {"ssh_check", R"({"host":"web1","command":"true"})"},
      {"ssh_shell", R"({"host":"web1","command":"true"})"},
      {"ssh_output", R"({"call":"call_0"})"},
      {"ssh_stop", R"({"call":"call_0"})"},
      {"ssh_list_sessions", "{}"},
      {"ssh_disconnect", R"({"host":"web1"})"},
      {"ssh_tunnel", R"({"action":"open","host":"web1","target":"127.0.0.1:9"})"}};
  return calls;
}

/// The plain calls with another host.
Gate at_host(const std::string& host, Gate gate) {
  for (auto& [tool, stop] : gate) {
    const auto& plain = plain_calls().at(tool);
    const auto at = plain.find("web1");
    if (stop.arguments.empty() && at != std::string::npos)
      stop.arguments = plain.substr(0, at) + host + plain.substr(at + 4);
  }
  return gate;
}

Gate each_tool(const std::string& rule) {
  Gate gate;
  for (const auto& [tool, arguments] : plain_calls()) gate[tool].rule = rule;
  return gate;
}

/// A gate that stops only these.
Gate only(const std::set<std::string>& tools, const std::string& rule, const std::string& arguments = {}) {
  auto gate = each_tool(free_of_it);
  for (const auto& tool : tools) gate.at(tool) = {arguments, rule};
  return gate;
}

std::size_t count_in(const base::json::object& record) {
  if (base::find_string(record, "state") != "summed") return 1;
  const auto detail = base::find_string(record, "detail").value_or("");
  std::size_t count = 0;
  std::from_chars(detail.data(), detail.data() + detail.size(), count);
  return count;
}

/// Refused before anything began, or begun and then not sent because of a rule.
bool is_refusal(const base::json::object& record) {
  const auto kind = base::find_string(record, "kind");
  return kind == "refused" || (kind == "end" && base::find_string(record, "state") == "never_started");
}

std::string rules_in(const base::json::object& record) {
  const auto* rules = record.if_contains("rules");
  return rules == nullptr ? "" : base::json::serialize(*rules);
}

/// tool → rules → how many refusals are on record.
std::map<std::string, std::map<std::string, std::size_t>> refusals_in(
    const std::vector<base::json::object>& records) {
  std::map<std::string, std::map<std::string, std::size_t>> out;
  for (const auto& record : records)
    if (is_refusal(record))
      out[base::find_string(record, "tool").value_or("")][rules_in(record)] += count_in(record);
  return out;
}

class EveryRefusal : public House {
 protected:
  /// A host to work with, one whose key is another than the one on record, and one that only reads.
  std::string all_hosts() {
    const auto true_key = sshd_.known_hosts();
    auto wrong_key = sshd_.known_hosts();
    const auto from = std::to_string(sshd_.port()), to = std::to_string(other_.port());
    wrong_key.replace(wrong_key.find(from), from.size(), to);
    const auto known = files_.write("known_hosts", true_key + wrong_key);
    const std::string tunnels = "    tunnel_targets: ['127.0.0.1:9']\n";
    return trusting(entry("web1", tunnels) + entry("reads", "    mode: readonly\n" + tunnels) +
                        host_entry("liar", other_.port(), other_.user(), by_key(other_.key()), tunnels),
                    known.string(), "  approval: none\n  deny_patterns: ['launch-\\w+']\n");
  }

  /// Calls each tool `times` as the gate says, and notes what has to be on record.
  void try_gate(const HttpService& service, const std::string& name, const std::string& token,
                const Gate& gate, int times = 1) {
    std::set<std::string> rows;
    for (const auto& [tool, stop] : gate) rows.insert(tool);
    EXPECT_EQ(rows, tools_) << name << ": a row for every tool, and for no other";
    for (const auto& [tool, stop] : gate) {
      if (stop.rule.empty()) continue;
      const auto& arguments = stop.arguments.empty() ? plain_calls().at(tool) : stop.arguments;
      for (int i = 0; i < times; ++i) {
        const auto answer = service.call(token, tool, arguments);
        EXPECT_TRUE(answer.is_error) << name << ", " << tool << ": " << answer.text;
        if (answer.is_error) ++expected_[tool]["[\"" + stop.rule + "\"]"];
      }
    }
  }

  void list_tools(const HttpService& service) {
    const auto listed = service.ask(HttpService::shared, "tools/list", {});
    for (const auto& tool : listed.at("result").as_object().at("tools").as_array())
      tools_.insert(base::find_string(tool.as_object(), "name").value_or(""));
  }

  void try_tokens(const HttpService& service);
  void try_hosts(const HttpService& service);
  void try_arguments(const HttpService& service);

  OpensshServer other_;
  std::set<std::string> tools_;
  std::map<std::string, std::map<std::string, std::size_t>> expected_;
};

/// What a token leaves: its tools, its hosts, its mode, its pace.
void EveryRefusal::try_tokens(const HttpService& service) {
  auto others = each_tool("token.tools");
  others["ssh_list_hosts"].rule = free_of_it;
  try_gate(service, "tools of a token", service.token("lister", {"--tools", "ssh_list_hosts"}), others);
  try_gate(service, "tools of another", service.token("runner", {"--tools", "ssh_run"}),
           only({"ssh_list_hosts"}, "token.tools"));
  auto unknown =
      only({"ssh_connect", "ssh_run", "ssh_shell", "ssh_disconnect", "ssh_tunnel"}, "host.unknown");
  unknown["ssh_check"].rule = "request.invalid";
  try_gate(service, "hosts of a token", service.token("some", {"--hosts", "reads"}), unknown);
  try_gate(service, "hosts that are not there", HttpService::shared, at_host("nowhere", unknown));
  auto reads = only({"ssh_run", "ssh_shell"}, "mode.readonly", on("web1", "touch /tmp/x"));
  try_gate(service, "mode of a token", service.token("reader", {"--mode", "readonly"}), reads);
  auto pace = each_tool("token.pace");
  pace["ssh_list_hosts"].rule = pace["ssh_list_sessions"].rule = free_of_it;
  const auto slow = service.token("slow", {"--rate", "1"});
  EXPECT_FALSE(service.call(slow, "ssh_check", plain_calls().at("ssh_check")).is_error);
  try_gate(service, "pace of a token", slow, pace, 3);
}

/// What the guard says, with nobody to ask; and a host that is not who it was. What that refuses had begun.
void EveryRefusal::try_hosts(const HttpService& service) {
  const std::string shared = HttpService::shared;
  try_gate(service, "mode of a host", shared,
           only({"ssh_run", "ssh_shell"}, "mode.readonly", on("reads", "touch /tmp/x")));
  auto denied = only({"ssh_run", "ssh_shell"}, "fs.remove-root", on("web1", "rm -rf /"));
  denied["ssh_tunnel"] = {R"({"action":"open","host":"web1","target":"10.9.9.9:1"})", "tunnel.unlisted"};
  try_gate(service, "deny", shared, denied);
  auto asks = only({"ssh_run", "ssh_shell"}, "pattern.user", on("web1", "echo launch-missiles"));
  asks["ssh_tunnel"] = {R"({"action":"open","host":"web1","target":"socks"})", "tunnel.off"};
  try_gate(service, "ask", shared, asks);
  try_gate(service, "a key nobody trusts", shared,
           at_host("liar", only({"ssh_connect", "ssh_run", "ssh_shell", "ssh_tunnel"}, "host.key-changed")));
}

/// What nobody can mean, and what is not there.
void EveryRefusal::try_arguments(const HttpService& service) {
  const std::string shared = HttpService::shared;
  auto nonsense = each_tool("request.invalid");
  for (auto& [tool, stop] : nonsense) stop.arguments = R"({"nonsense":1})";
  try_gate(service, "arguments that do not fit", shared, nonsense, 2);
  auto gone = only({"ssh_output", "ssh_stop"}, "request.unknown");
  gone["ssh_disconnect"] = {R"({"host":"web1","session":"none"})", "request.unknown"};
  gone["ssh_tunnel"] = {R"({"action":"close","host":"web1","id":"none"})", "request.unknown"};
  try_gate(service, "what is not there", shared, gone);
  try_gate(service, "more than 64 KiB", shared,
           only({"ssh_run", "ssh_shell"}, "limits.request", on("web1", std::string(70'000, 'x'))));
  auto impossible =
      only({"ssh_run"}, "request.invalid", R"({"host":"web1","command":"true","env":{"a b":"c"}})");
  impossible["ssh_tunnel"] = {R"({"action":"open","host":"web1","target":"127.0.0.1:9","listen":"80"})",
                              "request.invalid"};
  try_gate(service, "what cannot be", shared, impossible);
  for (const auto* tool : {"ssh_xyzzy", "ssh_plugh"}) EXPECT_TRUE(service.call(shared, tool, "{}").is_error);
  expected_[""]["[\"tool.unknown\"]"] += 2;
}

TEST_F(EveryRefusal, OfEveryToolAtEveryGateIsOnRecordWithItsRule) {
  HttpService service(all_hosts());
  list_tools(service);
  try_tokens(service);
  try_hosts(service);
  try_arguments(service);
  EXPECT_EQ(service.cli({"freeze"}).exit_code, 0);
  try_gate(service, "frozen", HttpService::shared,
           only({"ssh_connect", "ssh_run", "ssh_shell", "ssh_tunnel"}, "operators.frozen"));
  service.stop();
  EXPECT_EQ(refusals_in(service.records()), expected_);
}

TEST_F(EveryRefusal, OfTooMuchAtOnceIsCountedThoughNotWrittenOneByOne) {
  constexpr int hosts = 90;
  std::string entries;
  // Nobody listens there: what is let in ends soon.
  for (int i = 0; i < hosts; ++i)
    entries += host_entry("h" + std::to_string(i), 1, sshd_.user(), by_key(sshd_.key()));
  HttpService service(configured(entries));
  base::json::object arguments;
  arguments["host"] = "h*";
  arguments["command"] = "cat > /dev/null";
  arguments["stdin"] = std::string(1'000'000, 'x');
  arguments["parallel"] = 1;
  const auto answer = service.call(HttpService::shared, "ssh_run", base::json::serialize(arguments));
  EXPECT_TRUE(answer.is_error);
  service.stop();
  std::size_t refused = 0, written = 0;
  for (const auto& record : service.records()) {
    if (base::find_string(record, "kind") != "refused") continue;
    EXPECT_EQ(rules_in(record), "[\"limits.calls\"]");
    refused += count_in(record);
    ++written;
  }
  EXPECT_EQ(refused, 23U) << "64 MiB are 67 of 90: " << answer.text.substr(0, 500);
  EXPECT_EQ(written, 2U) << "the first, and a sum";
}

/// Over stdio, with a person behind the client.
class RefusalsOverStdio : public House {
 protected:
  McpSsh start() {
    McpSsh::Options options;
    options.hosts_yaml = configured(entry("web1", "    tunnel_targets: ['127.0.0.1:9']\n"),
                                    "  deny_patterns: ['launch-\\w+']\n");
    options.elicitation = true;
    return McpSsh(std::move(options));
  }
  /// The tools that act on a host.
  static constexpr std::array acting{"ssh_connect", "ssh_run", "ssh_shell", "ssh_tunnel"};
  static std::size_t on_record(const McpSsh& server, const std::string& rule) {
    std::size_t count = 0;
    for (const auto& record : server.records())
      if (is_refusal(record) && rules_in(record).find('"' + rule + '"') != std::string::npos)
        count += count_in(record);
    return count;
  }
};

TEST_F(RefusalsOverStdio, OfAPersonAreOnRecordAlsoTheLaterOnes) {
  auto server = start();
  for (const auto* tool : {"ssh_run", "ssh_shell"}) {
    const auto asks = R"({"host":"web1","command":"echo launch-missiles"})";
    const auto id = server.begin(tool, asks);
    server.answer_elicitation("decline");
    EXPECT_EQ(server.finish(id).fact("state"), "refused");
    EXPECT_EQ(server.call(tool, asks).fact("state"), "refused");
  }
  EXPECT_EQ(on_record(server, "pattern.user"), 4U);
  EXPECT_EQ(on_record(server, "approval.declined"), 2U);
}

TEST_F(RefusalsOverStdio, OfAServerThatEndsAreOnRecord) {
  auto server = start();
  const auto sleep = own_sleep();
  const auto running = server.begin("ssh_run", R"({"host":"web1","command":"sleep )" + sleep + "\"}");
  ASSERT_TRUE(comes_true(server, [&] { return runs_on_this_machine(sleep); }));
  const auto call = base::find_string(records_with(server, "kind", "begin").front(), "call").value_or("");
  server.process().signal(SIGTERM);
  ASSERT_TRUE(comes_true(server, [&] { return server.log().find("shutting down") != std::string::npos; }));
  for (const auto* tool : acting)
    EXPECT_EQ(server.call(tool, plain_calls().at(tool)).fact("state"), "refused") << tool;
  EXPECT_EQ(server.call("ssh_stop", R"({"call":")" + call + "\"}").fact("state"), "stopped");
  server.finish(running);
  EXPECT_EQ(server.process().wait(), 0);
  EXPECT_EQ(on_record(server, "server.closing"), acting.size());
}

TEST_F(RefusalsOverStdio, ForWantOfARecordAreOwedAndWrittenLater) {
  auto server = start();
  EXPECT_EQ(server.call("ssh_run", plain_calls().at("ssh_run")).fact("state"), "exited");
  rlimit before{};
  const rlimit full{std::filesystem::file_size(server.journal()), RLIM_INFINITY};
  ASSERT_EQ(::prlimit(server.process().pid(), RLIMIT_FSIZE, &full, &before), 0);
  for (const auto* tool : acting)
    EXPECT_EQ(server.call(tool, plain_calls().at(tool)).fact("error"), "journal_unwritable") << tool;
  ASSERT_EQ(::prlimit(server.process().pid(), RLIMIT_FSIZE, &before, nullptr), 0);
  EXPECT_EQ(server.call("ssh_run", plain_calls().at("ssh_run")).fact("state"), "exited");
  EXPECT_EQ(on_record(server, "journal.unwritable"), acting.size());
  EXPECT_EQ(server.cli({"audit", "verify"}).exit_code, 0);
}

}  // namespace
}  // namespace mcpssh::test
