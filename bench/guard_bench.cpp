// What a verdict costs: the median over everyday and dangerous commands, with and without deny patterns, and
// the worst texts the limits let through.
#include <benchmark/benchmark.h>

#include <string>
#include <vector>

#include "guard/judge.hpp"

namespace {

using namespace mcpssh;

const std::vector<std::string>& commands() {
  static const std::vector<std::string> texts{
      "ls -la /var/log",
      "systemctl status nginx --no-pager",
      "journalctl -u app -n 100 --no-pager | grep -i error | tail -20",
      "df -h && free -m",
      "sudo -n tail -n 50 /var/log/auth.log",
      "find /srv/app -name '*.log' -mtime +7 -exec ls -l {} +",
      "for f in /etc/nginx/sites-enabled/*; do echo \"$f\"; grep server_name \"$f\"; done",
      "docker ps --format '{{.Names}}' | sort",
      "A=/srv/app; cd \"$A\" && git pull --ff-only && systemctl restart app",
      "ps aux --sort=-%mem | head -10",
      "rm -rf /tmp/build-$(date +%F)",
      "sudo -u root timeout 5 sh -c 'cd / && rm -rf *'",
      "echo 'rm -rf /' | sudo sh",
  };
  return texts;
}

void judge_all(benchmark::State& state, const guard::Policy& policy) {
  std::size_t next = 0;
  for (auto _ : state) {
    const std::string& text = commands()[next++ % commands().size()];
    benchmark::DoNotOptimize(guard::judge(guard::Command{text}, {}, policy));
  }
}

void typical_command(benchmark::State& state) {
  judge_all(state, {});
}
BENCHMARK(typical_command);

void typical_command_with_20_patterns(benchmark::State& state) {
  guard::Policy policy;
  for (int i = 0; i < 20; ++i)
    policy.deny_patterns.push_back(
        guard::Pattern::compile("\\bdrop\\s+(table|database)\\s+t" + std::to_string(i)).value());
  judge_all(state, policy);
}
BENCHMARK(typical_command_with_20_patterns);

void read_only_host(benchmark::State& state) {
  guard::Policy policy;
  policy.mode = guard::Mode::readonly;
  judge_all(state, policy);
}
BENCHMARK(read_only_host);

void device_command(benchmark::State& state, const std::string& command, const std::string& platform) {
  for (auto _ : state)
    benchmark::DoNotOptimize(
        guard::judge(guard::Command{command, guard::Dialect::cli, {}, platform}, {}, {}));
}
BENCHMARK_CAPTURE(device_command, read, std::string("show running-config | section bgp"),
                  std::string("cisco_ios"));
BENCHMARK_CAPTURE(device_command, change, std::string("conf t\ninterface vlan1\nno shutdown\nend"),
                  std::string("cisco_ios"));
BENCHMARK_CAPTURE(device_command, routeros, std::string("/interface print where running"),
                  std::string("mikrotik_routeros"));
/// Every dialect is asked.
BENCHMARK_CAPTURE(device_command, no_platform, std::string("reload in 5"), std::string());

void sixty_four_kib(benchmark::State& state, const std::string& start, const std::string& part) {
  std::string text = start;
  while (text.size() + part.size() <= 64 * 1024) text += part;
  for (auto _ : state) benchmark::DoNotOptimize(guard::judge(guard::Command{text}, {}, {}));
}
BENCHMARK_CAPTURE(sixty_four_kib, one_quoted_word, std::string("echo 'x' "), std::string("xxxxxxxx"));
BENCHMARK_CAPTURE(sixty_four_kib, here_document, std::string("cat > /tmp/page.html <<'END'\n"),
                  std::string("<p class=\"note\">What a page holds: it's text, $5.</p>\n"));
BENCHMARK_CAPTURE(sixty_four_kib, short_words, std::string("echo"), std::string(" word"));
BENCHMARK_CAPTURE(sixty_four_kib, wrappers, std::string(), std::string("sudo "));
BENCHMARK_CAPTURE(sixty_four_kib, commands_past_the_limit, std::string(), std::string("id; "));
BENCHMARK_CAPTURE(sixty_four_kib, denials, std::string(), std::string("mkfs /dev/sda1; "));
BENCHMARK_CAPTURE(sixty_four_kib, subscripts, std::string("echo $((x"), std::string("a["));
BENCHMARK_CAPTURE(
    sixty_four_kib, loops_in_loops,
    std::string(
        "for a in 1 2 3 4 5 6 7 8; do for b in 1 2 3 4 5 6 7 8; do for c in 1 2 3 4 5 6 7 8; do echo"),
    std::string(" x"));

/// What a value names is read again for each name in it.
void values_that_name_each_other(benchmark::State& state) {
  std::string text = "a='a";
  for (int i = 0; i < 2000; ++i) text += " a";
  text += "'; echo $((a))";
  for (auto _ : state) benchmark::DoNotOptimize(guard::judge(guard::Command{text}, {}, {}));
}
BENCHMARK(values_that_name_each_other);

}  // namespace
