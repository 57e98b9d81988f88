#include "guard/sandbox.hpp"

#include <sys/stat.h>

#include <array>
#include <fstream>
#include <sstream>
#include <stdexcept>

#include "base/file.hpp"
#include "base/ids.hpp"
#include "base/text.hpp"
#include "support/process.hpp"

namespace mcpssh::test {
namespace fs = std::filesystem;
namespace {

/// Really run, behind their stub: they do nothing by themselves but start other programs or move text.
constexpr std::array real_programs{"sh",       "bash",    "dash",   "env",    "xargs",  "find",   "nohup",
                                   "nice",     "timeout", "stdbuf", "setsid", "ionice", "flock",  "cat",
                                   "head",     "tail",    "tr",     "base64", "rev",    "cut",    "sort",
                                   "basename", "dirname", "seq",    "sleep",  "tee",    "printf", "echo",
                                   "true",     "false",   "test",   "ls",     "mktemp", "touch",  "mkdir"};

/// Ends a call in the log; no program is called with it.
constexpr std::string_view mark = "\x01 end of the call \x01";

/// Where hosts keep programs; all lead to the stubs.
constexpr std::array places{"/usr/sbin", "/usr/local/bin", "/usr/local/sbin", "/etc/init.d"};

/// The libraries the real programs need, as the loader finds them.
std::set<std::string> libraries() {
  std::vector<std::string> argv{"ldd"};
  for (const auto* program : real_programs) argv.push_back("/usr/bin/" + std::string(program));
  std::set<std::string> found;
  for (const auto line : base::split(run_ok(argv), '\n')) {
    const auto at = line.find('/');
    if (at == std::string_view::npos || line.front() == '/') continue;
    found.emplace(line.substr(at, line.find(" (") - at));
  }
  return found;
}

}  // namespace

Sandbox::Sandbox(const std::set<std::string>& names) {
  ::chmod(files_.path().c_str(), 0755);
  write_stubs(names);
  choose_mounts();
}

void Sandbox::write_stubs(const std::set<std::string>& names) {
  const auto stubs = files_.path() / "stubs";
  fs::create_directory(stubs);
  std::string script =
      "#!/.real/dash\nprintf '%s\\0' \"${0##*/}\" \"$@\" '" + std::string(mark) + "' >&9\ncase ${0##*/} in\n";
  std::set<std::string> all = names;
  // All there is would be thousands of calls.
  script += "find) for a; do [ \"$a\" = / ] && exit 0; done; exec /.real/find \"$@\";;\n";
  for (const auto* program : real_programs) {
    script += std::string(program) + ") exec /.real/" + program + " \"$@\";;\n";
    all.insert(program);
  }
  const auto stub = files_.write("stub", script + "esac\nexit 0\n");
  ::chmod(stub.c_str(), 0755);
  for (const auto& name : all) fs::create_hard_link(stub, stubs / name);
}

void Sandbox::choose_mounts() {
  const auto mount = [this](const std::string& from, const std::string& to) {
    mounts_.insert(mounts_.end(), {"--ro-bind", from, to});
  };
  const auto stubs = (files_.path() / "stubs").string();
  mount(stubs, "/usr/bin");
  for (const auto* place : places) mount(stubs, place);
  for (const auto* name : {"bin", "sbin"})
    mounts_.insert(mounts_.end(), {"--symlink", "usr/bin", std::string("/") + name});
  for (const auto* program : real_programs)
    mount("/usr/bin/" + std::string(program), "/.real/" + std::string(program));
  for (const auto& library : libraries()) mount(library, library);
  // Something for patterns and searches to find.
  const auto text = files_.write("text", "one\ntwo words\n").string();
  ::chmod(text.c_str(), 0644);
  for (const auto* name : {"/root/a.log", "/root/two words.log", "/root/b.txt", "/var/log/syslog",
                           "/var/log/app.log", "/etc/hosts", "/etc/nginx/nginx.conf", "/srv/www/index.html"})
    mount(text, name);
  for (const auto* option : {"--dev", "--proc", "--tmpfs"})
    mounts_.insert(mounts_.end(), {option, option == std::string_view("--dev")    ? "/dev"
                                           : option == std::string_view("--proc") ? "/proc"
                                                                                  : "/tmp"});
}

std::vector<Sandbox::Argv> Sandbox::run(const std::string& shell, const std::string& text) const {
  // One for each run, so that what a killed one still says is not the next one's. An open file, no name:
  // nothing inside can remove it.
  const auto log = files_.path() / ("log-" + base::random_hex(8));
  std::vector<std::string> argv{"sh", "-c", "exec \"$@\" </dev/null >/dev/null 2>&1 9>>\"$0\"", log.string()};
  for (const auto* word : {"timeout", "--signal=KILL", "3", "setpriv", "--reuid"}) argv.emplace_back(word);
  argv.insert(argv.end(), {user_.name(), "--regid", user_.name(), "--clear-groups"});
  for (const auto* word :
       {"prlimit", "--fsize=1048576", "--nproc=128", "--cpu=2", "--as=536870912", "--core=0", "bwrap",
        "--unshare-all", "--die-with-parent", "--new-session", "--clearenv", "--setenv", "PATH",
        "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin", "--setenv", "HOME", "/root"})
    argv.emplace_back(word);
  argv.insert(argv.end(), mounts_.begin(), mounts_.end());
  argv.insert(argv.end(), {"--chdir", "/root", "/.real/" + shell, "-c", text});
  Process::Options options;
  options.argv = std::move(argv);
  run_to_end(std::move(options), 20s);

  const std::string told = base::read_file(log, std::size_t{16} * 1024 * 1024);
  std::vector<Argv> calls(1);
  for (const auto word : base::split(told, '\0')) {
    if (word == mark)
      calls.emplace_back();
    else
      calls.back().emplace_back(word);
  }
  calls.pop_back();  // what stands behind the last mark
  return calls;
}

}  // namespace mcpssh::test
