#include "ssh/exec/stop_script.hpp"

#include <fmt/format.h>

#include <charconv>

#include "base/text.hpp"

namespace mcpssh::ssh {
namespace {

/// A name may hold a newline: lines are joined until there are enough fields (proc(5)) behind the last
/// parenthesis. `all` holds pid:parent:group:session:start of every process that is not a zombie; `ours` the
/// pid:start of every one seen to belong to the command, dead or alive; `left` the pids of those that are
/// alive.
constexpr std::string_view functions = R"sh(
set -u
look_proc() {
  IFS="$newline"
  stat=
  for line in $(cat "$proc"/[0-9]*/stat 2>/dev/null); do
    stat="$stat$line "
    unset IFS; set -- ${stat##*) }
    [ $# -ge 20 ] || continue
    case $1 in Z|X|x) ;; *) all="$all ${stat%% *}:$2:$3:$4:${20}";; esac
    stat=
  done
  unset IFS
}
look_ps() {
  set -- $(ps -A -o pid= -o ppid= -o pgid= -o stat= 2>/dev/null)
  while [ $# -ge 4 ]; do
    case $4 in Z*) ;; *) all="$all $1:$2:$3:0:0";; esac
    shift 4
  done
}
look() {
  all=
  if [ -r "$proc/self/stat" ]; then look_proc; else look_ps; fi
  more=yes
  while [ "$more" ]; do
    more= left=
    for each in $all; do
      IFS=:; set -- $each; unset IFS
      case "$ours " in
        *" $1:$5 "*) left="$left $1";;
        *)
          case "$pids " in
            *" $2 "*) ;;
            *) [ "$1" = "$root" ] || [ "$3" = "$root" ] || [ "$4" = "$root" ] || continue;;
          esac
          ours="$ours $1:$5" pids="$pids $1" left="$left $1" more=yes;;
      esac
    done
  done
}
pause() { sleep 0.05 2>/dev/null || sleep 1; }
)sh";

/// A stopped process takes TERM only after CONT. Who cannot see process 1 (hidepid, a jail) may not see what
/// `sudo` started either, and proves nothing.
constexpr std::string_view actions = R"sh(
ours= pids= left=
look
if [ "$left" ]; then
  kill -s TERM $left 2>/dev/null
  kill -s CONT $left 2>/dev/null
  late=
  trap late=yes USR1
  { sleep $grace; kill -s USR1 $$; } </dev/null >/dev/null 2>&1 &
  while [ "$left" ] && [ -z "$late" ]; do pause; look; done
  kill $! 2>/dev/null
fi
tries=0
while [ "$left" ] && [ $tries -lt 10 ]; do
  kill -s KILL $left 2>/dev/null
  tries=$((tries+1))
  pause; look
done
if [ "$left" ]; then echo "$nonce left$left"; exit; fi
case $all in *" 1:"*) echo "$nonce gone";; *) echo "$nonce blind";; esac
)sh";

std::vector<long> numbers(std::string_view words) {
  std::vector<long> found;
  for (const auto word : base::split(words, ' ')) {
    long number = 0;
    const auto [stop, error] = std::from_chars(word.data(), word.data() + word.size(), number);
    if (error == std::errc() && stop == word.data() + word.size() && number > 1) found.push_back(number);
  }
  return found;
}

}  // namespace

std::string stop_script(long pid, std::string_view nonce, std::chrono::seconds grace, std::string_view proc) {
  const std::string script = fmt::format("root={} nonce={} grace={} proc={} newline='\n'{}{}", pid, nonce,
                                         grace.count(), base::shell_quote(proc), functions, actions);
  // Through sh, whatever the login shell is: zsh splits no words.
  return "exec sh -c " + base::shell_quote(script);
}

std::optional<StopReport> parse_stop_report(std::string_view out, std::string_view nonce) {
  const std::string prefix = std::string(nonce) + ' ';
  for (auto line : base::split(out, '\n')) {
    if (line.ends_with('\r')) line.remove_suffix(1);  // a terminal's line end
    if (!line.starts_with(prefix)) continue;
    line.remove_prefix(prefix.size());
    StopReport report;
    if (line == "gone") return report;
    if (!line.starts_with("left ")) continue;
    report.survivors = numbers(line.substr(5));
    if (!report.survivors.empty()) return report;
  }
  return std::nullopt;
}

}  // namespace mcpssh::ssh
